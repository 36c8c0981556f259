import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { useContext, useLayoutEffect, useRef } from "preact/hooks";
import type { SessionStore } from "../../state/session";
import { FrozenContext } from "../../ui/frozen";
import { Icon, type IconName } from "../../ui/icons";
import { Popup } from "../../ui/menu";
import type { Mode } from "../../wire/messages";
import { KEY_HELP, MODES, TOOLS, type MapAction, type MapTool } from "./keys";
import "./toolbar.css";

/** What the toolbar shows and asks for. */
export interface ToolbarProps {
  readonly session: SessionStore;
  readonly tool: ReadonlySignal<MapTool>;
  readonly mode: ReadonlySignal<Mode>;
  readonly act: (action: MapAction) => void;
}

/** Tools, modes and commands; the arrow keys walk along it, as in every toolbar. */
export function Toolbar({ session, tool, mode, act }: ToolbarProps): VNode {
  const bar = useRef<HTMLDivElement>(null);
  const stop = useRef<Element | null>(null);
  const { names } = session.info.value;
  const status = session.status.value;
  const chosen = session.removed.value.count();
  const locked = status.retain_locked;
  const frozen = useContext(FrozenContext);

  // One stop for Tab, at the button used last; arrow keys reach the others.
  useLayoutEffect(() => {
    if (bar.current !== null) stop.current = keepOneStop(bar.current, stop.current);
  });

  return (
    <div
      ref={bar}
      class="uw-toolbar"
      role="toolbar"
      aria-label="Map tools"
      onKeyDown={(event) => {
        if (bar.current !== null) walk(event, bar.current);
      }}
      onFocusIn={(event) => {
        if (bar.current !== null) stop.current = keepOneStop(bar.current, event.target as Element);
      }}
    >
      <div class="uw-segments" role="group" aria-label="Tool">
        {TOOLS.map(({ id, label, key, icon, says }) => (
          <Action
            key={id}
            testid={`uw-tool-${id}`}
            icon={icon}
            label={label}
            shortcut={key}
            says={says}
            pressed={tool.value === id}
            disabled={frozen && id !== "pan"}
            run={() => act({ do: "tool", tool: id })}
          />
        ))}
      </div>
      <div class="uw-segments uw-modes" role="group" aria-label="Mode">
        {MODES.map(({ id, label, key, says }) => (
          <Action
            key={id}
            testid={`uw-mode-${id}`}
            label={label}
            shortcut={key}
            says={says}
            pressed={mode.value === id}
            disabled={frozen}
            run={() => act({ do: "mode", mode: id })}
          />
        ))}
      </div>
      <div class="uw-segments" role="group" aria-label="Selection">
        <Action
          testid="uw-undo"
          icon="undo"
          label={status.undo_label === null ? "Undo" : `Undo: ${status.undo_label}`}
          shortcut="Ctrl+Z"
          bare
          disabled={frozen || !status.can_undo}
          run={() => act({ do: "command", name: "undo" })}
        />
        <Action
          testid="uw-redo"
          icon="redo"
          label={status.redo_label === null ? "Redo" : `Redo: ${status.redo_label}`}
          shortcut="Ctrl+Shift+Z"
          bare
          disabled={frozen || !status.can_redo}
          run={() => act({ do: "command", name: "redo" })}
        />
        <Action
          testid="uw-invert"
          icon="invert"
          label="Invert"
          shortcut="I"
          says={`Choose the other ${names.forget} rows instead`}
          bare
          disabled={frozen}
          run={() => act({ do: "command", name: "invert" })}
        />
        <Action
          testid="uw-clear"
          icon="clear"
          label="Clear"
          shortcut="Delete"
          says="Choose no row"
          bare
          disabled={frozen || chosen === 0}
          run={() => act({ do: "command", name: "clear" })}
        />
        <Action
          testid="uw-lock"
          icon={locked ? "lock" : "unlock"}
          label={`Lock ${names.retain}`}
          shortcut="K"
          says={locked ? `${names.retain} rows are kept` : `${names.retain} rows can be chosen too`}
          bare
          pressed={locked}
          disabled={frozen}
          run={() => act({ do: "command", name: "lock" })}
        />
      </div>
    </div>
  );
}

/** Zoom in, zoom out, show everything. */
export function ZoomButtons({ act }: { readonly act: (action: MapAction) => void }): VNode {
  return (
    <div class="uw-zoom" role="group" aria-label="Zoom">
      <Action
        testid="uw-zoom-in"
        icon="plus"
        label="Zoom in"
        shortcut="PageUp"
        bare
        run={() => act({ do: "zoom", by: "in" })}
      />
      <Action
        testid="uw-zoom-out"
        icon="minus"
        label="Zoom out"
        shortcut="PageDown"
        bare
        run={() => act({ do: "zoom", by: "out" })}
      />
      <Action
        testid="uw-zoom"
        icon="zoom"
        label="Show all points"
        shortcut="F"
        bare
        run={() => act({ do: "zoom", by: "fit" })}
      />
    </div>
  );
}

/** The list of keys, behind a button. */
export function KeyHelp(): VNode {
  return (
    <Popup label="Keys" name="Keys of the map" align="end" testid="uw-keys">
      {() => (
        <dl class="uw-keys">
          {KEY_HELP.map(([keys, does]) => (
            <div key={keys}>
              <dt>{keys}</dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      )}
    </Popup>
  );
}

interface ActionProps {
  readonly testid: string;
  readonly label: string;
  readonly shortcut: string;
  readonly says?: string;
  readonly icon?: IconName;
  /** The icon alone: the label is read out and shown in the title. */
  readonly bare?: boolean;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly run: () => void;
}

function Action(props: ActionProps): VNode {
  const { testid, label, shortcut, says, icon, bare = false, pressed, disabled, run } = props;
  return (
    <button
      type="button"
      class={bare ? "uw-icon-button" : undefined}
      data-testid={testid}
      title={says === undefined ? `${label} (${shortcut})` : `${label} (${shortcut}): ${says}`}
      aria-label={label}
      aria-keyshortcuts={shortcut.replaceAll("Ctrl", "Control")}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={run}
    >
      {icon !== undefined && <Icon name={icon} />}
      {!bare && <span class={icon === undefined ? undefined : "uw-tool-label"}>{label}</span>}
    </button>
  );
}

function enabled(bar: HTMLElement): HTMLElement[] {
  return [...bar.querySelectorAll<HTMLElement>("button:not(:disabled)")];
}

function keepOneStop(bar: HTMLElement, wanted: Element | null): Element | null {
  const buttons = enabled(bar);
  const pressed = buttons.find((button) => button.getAttribute("aria-pressed") === "true");
  const one = buttons.find((button) => button === wanted) ?? pressed ?? buttons[0] ?? null;
  for (const button of buttons) button.tabIndex = button === one ? 0 : -1;
  return one;
}

function walk(event: KeyboardEvent, bar: HTMLElement): void {
  const buttons = enabled(bar);
  const at = buttons.indexOf(event.target as HTMLElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || at === -1) return;
  event.preventDefault();
  buttons[(to + buttons.length) % buttons.length]?.focus();
}

import type { VNode } from "preact";
import type { AnnotationStore } from "../../state/annotation";
import { Icon, type IconName } from "../../ui/icons";
import { KeyCap } from "./key-cap";

interface ToolbarProps {
  readonly store: AnnotationStore;
  readonly act: (what: "back" | "forward" | "skip" | "undo" | "redo") => void;
}

/** Moves through the records, and takes decisions back. */
export function Toolbar({ store, act }: ToolbarProps): VNode {
  const { can_undo: canUndo, can_redo: canRedo } = store.state.value;
  const { hasBack, hasForward, current } = store.trail;
  const pending = store.pending.value > 0;
  const tools: readonly [Parameters<typeof act>[0], string, string, IconName | null, boolean][] = [
    ["back", "Back", "←", "left", hasBack.value],
    ["forward", "Forward", "→", "right", hasForward.value],
    ["skip", "Skip", "S", null, current.value !== null],
    ["undo", "Undo", "Z", "undo", canUndo || pending],
    ["redo", "Redo", "⇧Z", "redo", canRedo],
  ];
  return (
    <div class="uw-annotator-tools" role="group" aria-label="Moves">
      {tools.map(([what, name, key, icon, able]) => (
        <button
          key={what}
          type="button"
          data-testid={`uw-annotator-${what}`}
          // A button that is disabled for good lets go of the focus, and the keys with it.
          aria-disabled={!able}
          aria-label={name}
          aria-keyshortcuts={SPOKEN[key] ?? key}
          title={name}
          onClick={() => {
            if (able) act(what);
          }}
        >
          {icon !== null && <Icon name={icon} />}
          <span class={icon === null ? undefined : "uw-tool-name"}>{name}</span>
          <KeyCap>{key}</KeyCap>
        </button>
      ))}
    </div>
  );
}

const SPOKEN: Readonly<Record<string, string>> = {
  "←": "ArrowLeft",
  "→": "ArrowRight",
  "⇧Z": "Shift+Z",
};

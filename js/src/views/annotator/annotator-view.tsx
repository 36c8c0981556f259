import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useContext, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { plural } from "../../core/format";
import { AnnotationStore } from "../../state/annotation";
import { useHostCommands } from "../../ui/host-commands";
import { AnnouncerContext } from "../../ui/live-region";
import type { ViewProps } from "../props";
import "./annotator.css";
import { Header } from "./header";
import { actionOf, type AnnotatorAction } from "./keys";
import { LabelButtons } from "./label-buttons";
import "./record.css";
import { RecordPane } from "./record-pane";
import { RefusalStrip } from "./refusal-strip";
import { RegionMenu } from "./region-menu";
import { RemarkLine, type Writing } from "./remark-line";
import { PendingStrip, SavedMark } from "./saved-mark";
import { Toolbar } from "./toolbar";

/** Pixels that an arrow key scrolls a long record. */
const STEP = 80;

/** One record at a time, large, and a key for each of its labels. */
export function AnnotatorView({ session, view }: ViewProps): VNode {
  const store = useMemo(() => new AnnotationStore(session, view), [session, view]);
  const announcer = useContext(AnnouncerContext);
  const section = useRef<HTMLElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const writing = useSignal<Writing>(null);
  const revealed = useSignal(false);
  const record = store.trail.current.value;
  const { refusal } = store;

  // Before the next key: one that follows fast must not have its field closed again.
  useLayoutEffect(() => {
    writing.value = null;
    revealed.value = false;
  }, [record?.row]);

  /** Say what was done and which record it leads to. */
  const say = (done: string): void => {
    const next = store.trail.current.peek();
    announcer.say(`${done}; next: ${next === null ? "none" : String(next.key)}`);
  };

  const label = (chosen: string | undefined): void => {
    if (chosen === undefined || store.trail.current.peek() === null) return;
    if (writing.peek() !== null) pane.current?.focus();
    store.label(chosen);
    say(`labelled ${chosen}`);
  };

  const step = async (kind: "undo" | "redo"): Promise<void> => {
    const row = await store.step(kind);
    const shown = store.trail.current.peek();
    if (row === null) announcer.say(`nothing to ${kind}`);
    else if (shown !== null) {
      announcer.say(`${DONE[kind]} ${String(shown.key)}: ${shown.label ?? "no label"}`);
    }
  };

  const act = (action: AnnotatorAction): void => {
    switch (action.do) {
      case "label":
        label(store.labels.peek()[action.index]);
        break;
      case "clear":
        if ((record?.label ?? null) !== null) {
          store.label(null);
          announcer.say("label taken away");
        }
        break;
      case "skip":
        if (record === null) break;
        store.skip();
        say("skipped");
        break;
      case "undo":
      case "redo":
        void step(action.do);
        break;
      case "back":
      case "forward":
        store[action.do]();
        announcer.say(String(store.trail.current.peek()?.key ?? "no record"));
        break;
      case "reason":
      case "note":
        if (record !== null) writing.value = action.do;
        break;
      case "reveal":
        revealed.value = true;
        break;
      case "scroll":
        pane.current?.scrollBy({ top: action.by * STEP });
        break;
      case "help":
        section.current
          ?.querySelector<HTMLButtonElement>("[data-testid=uw-annotator-help]")
          ?.click();
        break;
      case "escape":
        writing.value = null;
        refusal.value = null;
        break;
    }
  };

  useHostCommands(section, (command) => {
    const { hasForward, hasBack, current } = store.trail;
    if (command === "focus-map") return false;
    if (command === "previous-record") {
      if (hasBack.peek()) act({ do: "back" });
    } else if (hasForward.peek()) act({ do: "forward" });
    else if (current.peek() !== null) act({ do: "skip" });
    section.current?.focus();
    return true;
  });

  const press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const field = (event.target as Element).matches("input[type=text], select");
    const action = field ? null : actionOf(event, store.labels.peek().length);
    if (action !== null) event.preventDefault();
    // A key held down labels one record, and shows only the record it was pressed on.
    if (action !== null && !(event.repeat && ONCE.has(action.do))) act(action);
    // Jupyter's command mode takes plain keys that reach the page, and deletes cells with them.
    if (action !== null || !(event.ctrlKey || event.metaKey)) event.stopPropagation();
  };

  return (
    <section
      ref={section}
      class="uw-annotator"
      data-testid="uw-annotator"
      aria-label={store.title.value || "Annotator"}
      tabIndex={-1}
      onKeyDown={press}
      onKeyUp={(event) => {
        if (event.key.toLowerCase() === "h") revealed.value = false;
      }}
      onFocusOut={(event) => {
        const inside = section.current?.contains(event.relatedTarget as Node | null) ?? false;
        if (!inside) revealed.value = false;
      }}
    >
      <div class="uw-annotator-frame">
        {" "}
        <Header store={store}>
          <RegionMenu
            store={store}
            session={session}
            onLabelled={(n, chosen) => announcer.say(`${plural(n, "row")} labelled ${chosen}`)}
          />
        </Header>
        <RecordPane
          session={session}
          store={store}
          pane={pane}
          hidden={store.blur.value && !revealed.value && record !== null}
          onReveal={(on) => {
            revealed.value = on;
          }}
        />
        <RefusalStrip refusal={refusal} />
        <PendingStrip store={store} />
        <footer class="uw-annotator-footer">
          <LabelButtons
            labels={store.labels.value}
            counts={store.state.value.counts}
            record={record}
            onLabel={label}
          />
          <div class="uw-annotator-line">
            <Toolbar store={store} act={(what) => act({ do: what })} />
            <RemarkLine
              store={store}
              record={record}
              writing={writing}
              onDone={() => {
                writing.value = null;
                pane.current?.focus();
              }}
            />
            <SavedMark store={store} />
          </div>
        </footer>
      </div>{" "}
    </section>
  );
}

const DONE = { undo: "undone", redo: "redone" } as const;
const ONCE: ReadonlySet<AnnotatorAction["do"]> = new Set(["label", "skip", "reveal", "help"]);

import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import { combine, eligibleRows } from "../../core/algebra";
import { Bitset } from "../../core/bitset";
import type { Drag, LocalStore } from "../../state/local";
import type { SessionStore } from "../../state/session";
import type { Gesture } from "../../wire/messages";

/** A gesture that is not committed yet, and the rows inside it. */
export interface Draft {
  readonly gesture: Gesture;
  readonly inside: Bitset;
}

/** The one place where gestures become previews and commits. */
export interface Drawing {
  readonly draft: ReadonlySignal<Draft | null>;
  /** The selection as the person sees it now: committed, or what the draft would make of it. */
  readonly selection: ReadonlySignal<Bitset>;
  /** What the draft, or a commit that is still under way, reaches. */
  readonly reach: ReadonlySignal<Drag | null>;
  readonly eligible: ReadonlySignal<Bitset>;
  readonly forget: ReadonlySignal<Bitset>;
  readonly retain: ReadonlySignal<Bitset>;
  /** Shows what `gesture` would do, here at once and in the read-outs when the kernel answers. */
  show(gesture: Gesture, inside: Bitset): void;
  /** Commits the gesture: the kernel decides membership again from the same path. */
  commit(gesture: Gesture, inside: Bitset): void;
  /** Drops the draft, if there is one. */
  cancel(): void;
}

/** A drawing on the map of `session`; nothing is drawn yet. */
export function createDrawing(session: SessionStore, local: LocalStore): Drawing {
  const draft = signal<Draft | null>(null);
  const reach = signal<Drag | null>(null);

  const domain = (code: number): ReadonlySignal<Bitset> =>
    computed(() => {
      const domains = session.domains.value;
      return Bitset.from(domains.length, (row) => domains[row] === code);
    });
  const forget = domain(2);
  const retain = domain(1);
  const locked = computed(() => session.status.value.retain_locked);
  const eligible = computed(() => eligibleRows(session.domains.value, locked.value));

  const after = (gesture: Gesture, inside: Bitset, before: Bitset): Bitset =>
    combine(gesture.mode, before, inside, eligible.value);
  const selection = computed(() => {
    const removed = session.removed.value;
    const now = draft.value;
    return now === null ? removed : after(now.gesture, now.inside, removed);
  });

  const measure = (gesture: Gesture, inside: Bitset): Drag => ({
    tool: gesture.tool,
    mode: gesture.mode,
    insideForget: inside.countAnd(forget.peek()),
    insideRetain: inside.countAnd(retain.peek()),
  });

  return {
    draft,
    selection,
    reach,
    eligible,
    forget,
    retain,
    show(gesture, inside) {
      const last = draft.peek();
      const same = last?.gesture.mode === gesture.mode && last.inside.equals(inside);
      batch(() => {
        draft.value = { gesture, inside };
        if (!same) local.drag.value = reach.value = measure(gesture, inside);
      });
      if (!same) session.preview(gesture);
    },
    commit(gesture, inside) {
      const result = after(gesture, inside, session.removed.peek());
      const reached = measure(gesture, inside);
      batch(() => {
        reach.value = reached;
        const done = session.commit(gesture, result);
        draft.value = null;
        local.drag.value = null;
        void done.finally(() => {
          if (reach.peek() === reached) reach.value = null;
        });
      });
    },
    cancel() {
      if (draft.peek() === null) return;
      batch(() => {
        draft.value = null;
        local.drag.value = null;
        reach.value = null;
      });
      session.endPreview();
    },
  };
}

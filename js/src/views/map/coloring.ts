import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type { SessionStore } from "../../state/session";
import type { ColourColumn, LabelJob, SessionInfo, SessionStatus } from "../../wire/messages";

/** One entry of the choice of colours. */
export interface ColorOption {
  readonly name: string;
  readonly label: string;
  /** What the legend calls it, where there is room for more. */
  readonly title: string;
}

/**
 * What points can be coloured by: the domain, the score, labels where there are any, and every column
 * with few values or numbers.
 */
export function colorOptions(
  info: SessionInfo,
  labels: SessionStatus["labels"],
): readonly ColorOption[] {
  const columns = info.columns
    .filter(
      ({ kind, name }) => (kind === "numeric" || kind === "categorical") && !BUILT_IN.has(name),
    )
    .map(({ name }) => ({ name, label: name, title: name }));
  return [
    { name: "domain", label: "domain", title: "domain" },
    { name: "score", label: "score", title: "score: log-likelihood ratio" },
    ...LABELS.filter(({ job }) => labels?.[job] !== undefined),
    ...columns,
  ];
}

const LABELS: readonly (ColorOption & { readonly job: LabelJob })[] = [
  { job: "removal", name: "label:removal", label: "labels", title: "labels: remove or keep" },
  { job: "domain", name: "label:domain", label: "domain labels", title: "labels: which domain" },
];

const BUILT_IN: ReadonlySet<string> = new Set(["domain", "score"]);

/** The colours in force. */
export interface Coloring {
  /** The column shown now; null while points have the colours of their domains. */
  readonly column: ReadonlySignal<{ readonly label: string; readonly data: ColourColumn } | null>;
  /** Why the column asked for is not shown, in words for the person. */
  readonly problem: ReadonlySignal<string | null>;
}

/** Follows `colorBy` and fetches its values until `abort` fires; the newest choice wins. */
export function followColors(
  session: SessionStore,
  colorBy: ReadonlySignal<string>,
  abort: AbortSignal,
): Coloring {
  const column = signal<{ label: string; data: ColourColumn } | null>(null);
  const problem = signal<string | null>(null);

  const fetch = async (name: string, label: string, superseded: AbortSignal): Promise<void> => {
    try {
      const data = await session.column(name, superseded);
      if (!superseded.aborted) column.value = { label, data };
    } catch (reason) {
      if (superseded.aborted) return;
      column.value = null;
      problem.value = reason instanceof Error ? reason.message : String(reason);
    }
  };

  // Labels change while they are shown; the values of a column never do.
  const version = computed(() => {
    const job = LABELS.find(({ name }) => name === colorBy.value)?.job;
    return job === undefined ? 0 : (session.status.value.labels?.[job]?.version ?? 0);
  });
  const stop = effect(() => {
    const name = colorBy.value;
    const newest = version.value;
    problem.value = null;
    if (name === "domain") {
      column.value = null;
      return undefined;
    }
    // Asked again when the kernel answers again; until then the colours stay as they are.
    if (session.connection.value === "lost") return undefined;
    const request = new AbortController();
    const known = colorOptions(session.info.peek(), session.status.peek().labels).find(
      (option) => option.name === name,
    );
    if (newest > 0 || !name.startsWith("label:")) {
      void fetch(name, known?.title ?? name, request.signal);
    }
    return () => request.abort();
  });
  abort.addEventListener("abort", stop, { once: true });
  return { column, problem };
}

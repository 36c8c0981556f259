import type { VNode } from "preact";
import { count } from "../../core/format";
import type { AnnotationStore } from "../../state/annotation";

/** What stands in the place of a record when there is none: on its way, refused, or all done. */
export function QueueEnd({ store }: { readonly store: AnnotationStore }): VNode {
  const { n_done: done, n_total: total, counts } = store.state.value;
  const failure = store.ahead.failure.value;
  const again = (
    <button type="button" onClick={() => store.retry()}>
      Look again
    </button>
  );
  if (failure !== null) {
    return (
      <div class="uw-queue-end" role="alert">
        <h4>The next records could not be fetched</h4>
        <p>{failure}</p>
        {again}
      </div>
    );
  }
  if (store.lost.value) {
    return (
      <div class="uw-queue-end">
        <h4>The kernel is not answering</h4>
        <p>The next records come when it does. Labels it has not acknowledged are kept here.</p>
        {again}
      </div>
    );
  }
  if (!store.ahead.exhausted.value) {
    return (
      <div class="uw-queue-end" aria-busy="true">
        <p class="uw-muted">Fetching records…</p>
      </div>
    );
  }
  // Labels on their way to the kernel are given already, though it does not count them yet.
  const all = done + store.pending.value >= total;
  return (
    <div class="uw-queue-end" data-testid="uw-annotator-end">
      <h4>
        {all
          ? `All ${count(total)} are labelled`
          : `No more records in this order; ${count(total - done)} have no label`}
      </h4>
      <p>
        {store.labels.value.map((label) => (
          <span key={label} class="uw-queue-count">
            <bdi>{label}</bdi>{" "}
            <b>{count(Object.hasOwn(counts, label) ? (counts[label] ?? 0) : 0)}</b>
          </span>
        ))}
      </p>
      {all ? <p class="uw-muted">← goes back through what you labelled.</p> : again}
    </div>
  );
}

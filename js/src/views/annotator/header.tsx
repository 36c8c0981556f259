import type { ComponentChildren, VNode } from "preact";
import { count, dataValue, percent, plural } from "../../core/format";
import type { AnnotationStore } from "../../state/annotation";
import { Popup } from "../../ui/menu";
import { Term } from "../../ui/term";
import type { AnnotationState } from "../../wire/annotation-messages";
import { KeyCap } from "./key-cap";
import { KEY_HELP } from "./keys";
import { orderExplanation, orderLabel, paceWords } from "./words";

interface HeaderProps {
  readonly store: AnnotationStore;
  /** What stands before the settings. */
  readonly children: ComponentChildren;
}

/** Title, order, and how the work stands. */
export function Header({ store, children }: HeaderProps): VNode {
  const state = store.state.value;
  const { n_done: done, n_total: total, who } = state;
  return (
    <header class="uw-annotator-header">
      <div class="uw-annotator-top">
        <h3>{store.title.value || "Annotate"}</h3>
        {who !== null && (
          <span class="uw-annotator-who" title="Decisions are recorded under this name">
            as <bdi>{who}</bdi>
          </span>
        )}
        <div class="uw-annotator-settings">
          {children}
          <OrderSelect store={store} />
          <label class="uw-annotator-blur" title="Hide content until it is held">
            <input
              type="checkbox"
              data-testid="uw-annotator-blur"
              checked={store.blur.value}
              onChange={(event) => {
                store.blur.value = event.currentTarget.checked;
              }}
            />
            blur
          </label>
          <Help labels={store.labels.value} />
        </div>
      </div>
      <div class="uw-annotator-bar" aria-hidden="true">
        <div style={{ width: `${total === 0 ? 0 : (100 * done) / total}%` }} />
      </div>
      <div class="uw-annotator-facts">
        <span
          class="uw-annotator-progress"
          data-testid="uw-annotator-progress"
          data-value={dataValue(done)}
          data-total={dataValue(total)}
        >
          <b>{count(done)}</b> / {count(total)}
        </span>
        {paceWords(state).map((words) => (
          <span key={words}>{words}</span>
        ))}
        <ModelLine model={state.model} />
        {state.note !== null && <span class="uw-annotator-note">{state.note}</span>}
      </div>
    </header>
  );
}

function OrderSelect({ store }: { readonly store: AnnotationStore }): VNode {
  const { order } = store;
  return (
    <select
      data-testid="uw-annotator-order"
      aria-label="Order of the records"
      title={orderExplanation(order.value)}
      value={order.value}
      onChange={(event) => {
        order.value = event.currentTarget.value;
      }}
    >
      {store.orders.value.map((name) => (
        <option key={name} value={name} selected={name === order.value}>
          {orderLabel(name)}
        </option>
      ))}
    </select>
  );
}

function ModelLine({ model }: { readonly model: AnnotationState["model"] }): VNode {
  const { accuracy, reason, n_labelled: n } = model;
  return (
    <span
      class="uw-annotator-model"
      data-testid="uw-annotator-accuracy"
      data-value={dataValue(accuracy)}
    >
      model:{" "}
      {accuracy === null ? (
        <Term explanation={EXPLAINED}>{reason ?? "it waits for more labels"}</Term>
      ) : (
        <Term
          explanation={`${EXPLAINED} Shown is the share of your labels that it gets right when it has not seen them, over ${plural(n, "label")}.`}
        >
          {percent(accuracy)} on your labels
        </Term>
      )}
    </span>
  );
}

const EXPLAINED =
  "A classifier learns from the labels beside you. It only suggests: nothing is decided by it.";

function Help({ labels }: { readonly labels: readonly string[] }): VNode {
  return (
    <Popup
      label={
        <>
          Keys <KeyCap>?</KeyCap>
        </>
      }
      name="Keys"
      testid="uw-annotator-help"
      align="end"
    >
      {() => (
        <dl class="uw-annotator-keys">
          {labels.map((label, index) => (
            <HelpLine key={label} keys={String(index + 1)} does={label} />
          ))}
          {KEY_HELP.map(([keys, does]) => (
            <HelpLine key={keys} keys={keys} does={does} />
          ))}
        </dl>
      )}
    </Popup>
  );
}

function HelpLine({ keys, does }: { readonly keys: string; readonly does: string }): VNode {
  return (
    <div>
      <dt>
        <kbd class="uw-key">{keys}</kbd>
      </dt>
      <dd>
        <bdi>{does}</bdi>
      </dd>
    </div>
  );
}

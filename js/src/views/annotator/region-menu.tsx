import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { count, plural } from "../../core/format";
import type { AnnotationStore } from "../../state/annotation";
import type { SessionStore } from "../../state/session";
import { Popup } from "../../ui/menu";
import { regionWords } from "./words";

interface RegionMenuProps {
  readonly store: AnnotationStore;
  readonly session: SessionStore;
  readonly onLabelled: (n: number, label: string) => void;
}

/** Gives all rows inside the last gesture on the map one label, after saying what that will do. */
export function RegionMenu({ store, session, onLabelled }: RegionMenuProps): VNode | null {
  const { region } = store.state.value;
  if (region === null) return null;
  const n = region.n_forget + region.n_retain;
  return (
    <Popup
      label={`${plural(n, "row")} in the last lasso`}
      name="Label all rows in the last lasso"
      testid="uw-annotator-region"
      disabled={n === 0}
      align="end"
    >
      {(close) => (
        <RegionPanel
          store={store}
          session={session}
          onConfirm={(label) => {
            close();
            void store.labelRegion(label).then((labelled) => onLabelled(labelled, label));
          }}
        />
      )}
    </Popup>
  );
}

interface RegionPanelProps extends Pick<RegionMenuProps, "store" | "session"> {
  readonly onConfirm: (label: string) => void;
}

function RegionPanel({ store, session, onConfirm }: RegionPanelProps): VNode | null {
  const [chosen, setChosen] = useState<number | null>(null);
  const { region } = store.state.value;
  const labels = store.labels.value;
  if (region === null) return null;
  const n = region.n_forget + region.n_retain;
  const label = chosen === null ? undefined : labels[chosen];
  if (chosen === null || label === undefined) {
    return (
      <>
        <p class="uw-region-title">Label all {count(n)} as …</p>
        {labels.map((name, index) => (
          <button
            key={name}
            type="button"
            class="uw-menu-item"
            data-testid={`uw-annotator-region-${index + 1}`}
            onClick={() => setChosen(index)}
          >
            <bdi class="uw-clip">{name}</bdi>
          </button>
        ))}
      </>
    );
  }
  return (
    <div class="uw-region-confirm">
      <p>{regionWords(label, chosen, store.job.value, region, session.info.value.names)}</p>
      <div>
        <button
          type="button"
          class="uw-primary"
          data-testid="uw-annotator-region-confirm"
          onClick={() => onConfirm(label)}
        >
          Label {plural(n, "row")}
        </button>
        <button type="button" onClick={() => setChosen(null)}>
          Back
        </button>
      </div>
    </div>
  );
}

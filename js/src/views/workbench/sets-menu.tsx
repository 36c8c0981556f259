import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { count, plural } from "../../core/format";
import type { SessionStore } from "../../state/session";
import { Icon } from "../../ui/icons";
import { Popup } from "../../ui/menu";
import type { Mode } from "../../wire/messages";

const LOADS: readonly (readonly [Mode, string])[] = [
  ["replace", "Replace"],
  ["add", "Add"],
  ["subtract", "Subtract"],
  ["intersect", "Intersect"],
];

/** Keep the selection under a name, and combine it later with another. */
export function SetsMenu({ session }: { readonly session: SessionStore }): VNode {
  const { sets } = session.status.value;
  return (
    <Popup
      label={sets.length === 0 ? "Sets" : `Sets (${count(sets.length)})`}
      name="Named sets"
      testid="uw-sets"
      align="end"
    >
      {(close) => <SetsPanel session={session} close={close} />}
    </Popup>
  );
}

interface SetsPanelProps {
  readonly session: SessionStore;
  readonly close: () => void;
}

function SetsPanel({ session, close }: SetsPanelProps): VNode {
  const [name, setName] = useState("");
  const [mode, setMode] = useState<Mode>("replace");
  const { sets } = session.status.value;
  const chosen = session.effect.value.values.n_removed;
  const trimmed = name.trim();
  const known = sets.some((set) => set.name === trimmed);

  return (
    <div class="uw-form">
      <form
        class="uw-form-line"
        onSubmit={(event) => {
          event.preventDefault();
          if (trimmed === "") return;
          void session.saveSet(trimmed);
          setName("");
        }}
      >
        <input
          type="text"
          data-testid="uw-set-name"
          aria-label="Name for the rows chosen now"
          placeholder={`Name ${plural(chosen, "chosen row")}`}
          maxLength={100}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button
          type="submit"
          class="uw-primary"
          data-testid="uw-set-save"
          disabled={trimmed === ""}
        >
          {known ? "Overwrite" : "Save"}
        </button>
      </form>
      {sets.length === 0 ? (
        <p class="uw-form-note">
          A named set keeps a selection, so that it can be compared with or added to another.
        </p>
      ) : (
        <>
          <div
            class="uw-segments"
            role="group"
            aria-label="How a set is combined with the selection"
          >
            {LOADS.map(([value, label]) => (
              <button
                key={value}
                type="button"
                aria-pressed={mode === value}
                onClick={() => setMode(value)}
              >
                {label}
              </button>
            ))}
          </div>
          <ul class="uw-set-list">
            {sets.map((set) => (
              <li key={set.name}>
                <button
                  type="button"
                  class="uw-menu-item"
                  data-testid="uw-set-load"
                  title={`${LOADS.find(([value]) => value === mode)?.[1] ?? ""}: ${set.name}`}
                  onClick={() => {
                    close();
                    void session.select({ by: "set", name: set.name }, mode);
                  }}
                >
                  <bdi class="uw-clip">{set.name}</bdi>
                  <span class="uw-menu-detail">{count(set.n)}</span>
                </button>
                <button
                  type="button"
                  class="uw-quiet uw-icon-button"
                  data-testid="uw-set-delete"
                  aria-label={`Delete the set ${set.name}`}
                  title="Delete this set; the selection stays"
                  onClick={() => void session.deleteSet(set.name)}
                >
                  <Icon name="clear" />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

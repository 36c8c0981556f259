import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { count } from "../../core/format";
import type { SessionStore } from "../../state/session";
import { Popup } from "../../ui/menu";
import type { Mode, SelectBy } from "../../wire/messages";

/** Choose rows from the data instead of the map: neighbours, near-duplicates, a rule. */
export function ExtendMenu({ session }: { readonly session: SessionStore }): VNode {
  return (
    <Popup label="Extend" name="Extend the selection" testid="uw-extend" align="end">
      {(close) => <ExtendPanel session={session} close={close} />}
    </Popup>
  );
}

interface ExtendPanelProps {
  readonly session: SessionStore;
  readonly close: () => void;
}

function ExtendPanel({ session, close }: ExtendPanelProps): VNode {
  const { names, rules } = session.info.value;
  const { n_forget: forget, n_removed: removed } = session.effect.value.values;
  const [rule, setRule] = useState(rules.at(-1) ?? "");
  const [budget, setBudget] = useState(Math.max(1, removed));
  const act = (by: SelectBy, mode: Mode): void => {
    close();
    void session.select(by, mode);
  };
  const valid = Number.isInteger(budget) && budget >= 0 && budget <= forget;

  return (
    <div class="uw-form">
      {[10, 50].map((k) => (
        <button
          key={k}
          type="button"
          class="uw-menu-item"
          data-testid={`uw-grow-${k}`}
          disabled={removed === 0}
          onClick={() => act({ by: "neighbors", k }, "add")}
        >
          Grow by {k} nearest {names.forget} rows
        </button>
      ))}
      <button
        type="button"
        class="uw-menu-item"
        data-testid="uw-add-duplicates"
        disabled={removed === 0}
        onClick={() => act({ by: "duplicates" }, "add")}
      >
        Add near-duplicates of chosen rows
      </button>
      {removed === 0 && <p class="uw-form-note">Choose some rows first to grow from them.</p>}
      <form
        class="uw-rule"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) act({ by: "rule", rule, budget }, "replace");
        }}
      >
        <p class="uw-form-note">Or let a rule choose, in place of the selection:</p>
        <select
          aria-label="Rule"
          data-testid="uw-rule"
          value={rule}
          onChange={(event) => setRule(event.currentTarget.value)}
        >
          {rules.map((name) => (
            <option key={name} value={name}>
              {name.replaceAll("_", " ")}
            </option>
          ))}
        </select>
        <input
          type="number"
          data-testid="uw-rule-budget"
          aria-label={`Budget: rows to remove, 0 to ${count(forget)}`}
          min={0}
          max={forget}
          step={1}
          value={budget}
          onInput={(event) => setBudget(event.currentTarget.valueAsNumber)}
        />
        <button type="submit" class="uw-primary" data-testid="uw-rule-apply" disabled={!valid}>
          Choose
        </button>
      </form>
    </div>
  );
}

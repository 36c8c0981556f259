import type { VNode } from "preact";
import type { SessionStore } from "../../state/session";
import { colorOptions } from "./coloring";

/** The choice of what points are coloured by. */
export function ColorBy(props: {
  readonly session: SessionStore;
  readonly chosen: string;
  readonly choose: (name: string) => void;
}): VNode {
  const { session, chosen, choose } = props;
  return (
    <label class="uw-color-by">
      <span>Colour</span>
      <select
        data-testid="uw-color-by"
        aria-label="Colour points by"
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {colorOptions(session.info.value, session.status.value.labels).map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

import type { LocalStore } from "../state/local";
import type { SessionStore } from "../state/session";
import type { ViewTraits } from "../state/view";

/** What every view is given: the shared session, what its panes share, and its own traits. */
export interface ViewProps {
  readonly session: SessionStore;
  readonly local: LocalStore;
  readonly view: ViewTraits;
}

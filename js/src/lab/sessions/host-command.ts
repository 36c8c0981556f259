/** What the views of a notebook can be told to do; they hear it as an event on their root. */
export type HostCommand = "next-record" | "previous-record" | "focus-map";

/** The event that tells a view; a view that carries it out cancels it. */
export function hostCommandEvent(name: HostCommand): CustomEvent {
  return new CustomEvent("uw-command", { cancelable: true, detail: { name } });
}

import { count, quantity } from "../core/format";
import type { SessionStore } from "../state/session";

/** What the live region says after a committed change: the counts, then the numbers. */
export function spokenSummary(session: SessionStore): string {
  const { values } = session.effect.peek();
  const { names } = session.info.peek();
  const { gesture } = session.status.peek();
  const words = [
    `${count(values.n_removed_forget)} of ${count(values.n_forget)} ${names.forget} rows removed.`,
  ];
  if (values.n_removed_retain > 0) {
    words.push(`${count(values.n_removed_retain)} ${names.retain} rows removed too.`);
  }
  words.push(`Removal ${spoken(values.alpha)}, preservation ${spoken(values.epsilon)}.`);
  words.push(
    `Log-loss on ${names.forget} ${spoken(values.forget_log_loss)},` +
      ` on ${names.retain} ${spoken(values.retain_log_loss)}.`,
  );
  if (gesture?.locked === true && gesture.inside_retain > 0) {
    words.push(`${count(gesture.inside_retain)} ${names.retain} rows are kept, locked.`);
  }
  return words.join(" ");
}

function spoken(value: number): string {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "minus infinite";
  return quantity(value).replace("\u2212", "minus ");
}

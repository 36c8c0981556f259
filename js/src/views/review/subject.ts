import { count, plural } from "../../core/format";
import { decodeNumbers } from "../../wire/codecs";
import type { EffectValues, SessionInfo } from "../../wire/messages";
import type { SentenceInfo } from "../readout/sentence";
import { at, listAt } from "./rows";
import { visible } from "./manifest-file";

/** A text inside a manifest as it may be shown, or the other one where there is none. */
export function textAt(held: unknown, names: readonly string[], otherwise = ""): string {
  const found = at(held, ...names);
  return typeof found === "string" ? visible(found) : otherwise;
}

/** Whatever stands where a word is expected, as it may be shown. */
export function wordOf(held: unknown): string {
  if (typeof held === "string") return visible(held);
  return visible(JSON.stringify(held).slice(0, 200));
}

/** A number inside a manifest, or null. */
export function numberAt(held: unknown, ...names: readonly string[]): number | null {
  const found = at(held, ...names);
  return typeof found === "number" ? found : null;
}

/** What views of a manifest call its domains, and what their sentences need. */
export function infoOf(manifest: unknown): SentenceInfo & Pick<SessionInfo, "map"> {
  const ends = listAt(manifest, "map", "x_ends").map(wordOf);
  const [left, right] = ends;
  return {
    names: {
      forget: textAt(manifest, ["domains", "forget", "name"], "forget"),
      retain: textAt(manifest, ["domains", "retain", "name"], "retain"),
    },
    has_text: false,
    divergence: numberAt(manifest, "problem", "divergence") ?? Infinity,
    map: {
      name: textAt(manifest, ["map", "name"]),
      x_label: textAt(manifest, ["map", "x_label"]),
      y_label: textAt(manifest, ["map", "y_label"]),
      x_ends: left === undefined || right === undefined ? null : [left, right],
      aspect: at(manifest, "map", "aspect") === "equal" ? "equal" : "free",
    },
  };
}

const NUMBERS = [
  ...["n_forget", "n_retain", "n_removed", "n_removed_forget", "n_removed_retain"],
  ...["removed_fraction", "alpha", "epsilon", "forget_log_loss", "retain_log_loss"],
  ...["alpha_before", "epsilon_before", "forget_log_loss_before", "retain_log_loss_before"],
  ...["alpha_noise_floor", "epsilon_noise_floor", "delta"],
];
const OPTIONAL = ["alpha_certified", "epsilon_certified", "frontier_alpha", "random_equivalent"];

/** The effect that a manifest states, or null where a number is missing or none. */
export function effectOf(manifest: unknown): EffectValues | null {
  const stated = at(manifest, "effect");
  if (typeof stated !== "object" || stated === null) return null;
  const values = decodeNumbers(stated as Record<string, unknown>);
  const isNumber = (name: string): boolean => typeof values[name] === "number";
  if (!NUMBERS.every(isNumber)) return null;
  if (!OPTIONAL.every((name) => values[name] === null || isNumber(name))) return null;
  const reason = values.certificate_reason;
  values.certificate_reason = typeof reason === "string" ? visible(reason) : null;
  return values as unknown as EffectValues;
}

/** What was removed, in one sentence. */
export function whatWasRemoved(effect: EffectValues, names: SentenceInfo["names"]): string {
  const { n_removed: removed, n_removed_forget: forget, n_removed_retain: retain } = effect;
  if (removed === 0) return "Nothing was removed.";
  const rows = `${count(forget)} of ${plural(effect.n_forget, `${names.forget} row`)}`;
  const others =
    retain === 0
      ? `None of the ${plural(effect.n_retain, `${names.retain} row`)} was touched.`
      : `${count(retain)} of ${plural(effect.n_retain, `${names.retain} row`)} went with them.`;
  return `${rows} ${forget === 1 ? "was" : "were"} removed. ${others}`;
}

/** How the rows were chosen, in one sentence. */
export function howChosen(manifest: unknown): string {
  const steps = listAt(manifest, "method", "steps").map((step) => textAt(step, ["what"]));
  // A map, since the word is anybody's and every object has a "constructor".
  const by = new Map([
    ["nothing", "Nothing was chosen"],
    ["hand", "They were chosen by hand"],
    ["rule", "They were chosen by a rule"],
    ["hand and rule", "They were chosen by hand and by a rule"],
  ]);
  const way = by.get(textAt(manifest, ["method", "by"])) ?? "How they were chosen is not said";
  const shown = steps.slice(0, MOST_STEPS).join("; ");
  const more =
    steps.length > MOST_STEPS ? `; and ${plural(steps.length - MOST_STEPS, "step")} more` : "";
  return steps.length === 0 ? `${way}.` : `${way}: ${shown}${more}.`;
}

const MOST_STEPS = 8;

/** How many records each reason was given for, the most frequent first. */
export function reasonsOf(manifest: unknown): (readonly [reason: string, records: number])[] {
  const found = new Map<string, number>();
  for (const decision of listAt(manifest, "decisions")) {
    const reason = textAt(decision, ["reason"], textAt(decision, ["label"], "no reason"));
    const records = listAt(decision, "keys").length;
    found.set(reason, (found.get(reason) ?? 0) + records);
  }
  return [...found].sort(([, a], [, b]) => b - a);
}

/** A point in time as people read it, or the text itself where it is none. */
export function when(time: string): string {
  const shown = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(time);
  return shown === null ? time : `${shown[1]} ${shown[2]} UTC`;
}

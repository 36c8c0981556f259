import { count, fixed, plural } from "../../core/format";
import type { EffectValues, SessionInfo } from "../../wire/messages";

/** What of a session the sentence is about. */
export type SentenceInfo = Pick<SessionInfo, "names" | "has_text" | "divergence">;

/** A stretch of the sentence; the comparison itself is a term that explains itself. */
export interface Piece {
  readonly text: string;
  readonly kind?: "strong" | "random";
}

function guidance(info: SentenceInfo): Piece[] {
  return [
    {
      text:
        `Nothing is removed yet. Draw around ${info.names.forget} rows on the map` +
        `${info.has_text ? ", or search for a word," : ""} and the numbers follow.`,
    },
  ];
}

function withoutComparison(values: EffectValues, info: SentenceInfo): string {
  const { forget, retain } = info.names;
  const rows = plural(values.n_removed, "removal");
  if (values.alpha === Infinity) {
    return (
      `Removal is infinite: the kept rows leave no room for ${forget} in at least one direction,` +
      ` so no number of random removals compares.`
    );
  }
  if (values.n_removed_retain > 0) {
    return (
      `${plural(values.n_removed_retain, `${retain} row`)} removed as well, so your ${rows}` +
      ` cannot be compared with random removal of ${forget}.`
    );
  }
  if (values.alpha > info.divergence) {
    return (
      `Your ${rows} reach further than removing all ${count(values.n_forget)} ${forget} rows would` +
      ` (${fixed(info.divergence, 2)}): no number of random ones does that.`
    );
  }
  return `No number of random removals can be compared with your ${rows} in this setting.`;
}

/** The comparison with random removal in plain words, for the numbers on screen. */
export function sentence(values: EffectValues, info: SentenceInfo): Piece[] {
  const { n_removed: removed, random_equivalent: random } = values;
  const { forget, retain } = info.names;
  if (removed === 0) return guidance(info);
  if (values.n_removed_forget === values.n_forget && values.n_removed_retain === 0) {
    return [
      {
        text: `All ${count(removed)} ${forget} rows are removed: what is left is fitted to ${retain} alone.`,
      },
    ];
  }
  if (random === null) return [{ text: withoutComparison(values, info) }];
  if (values.alpha < values.alpha_before) {
    return [
      {
        text:
          `Your ${plural(removed, "removal")} work the wrong way: the rows kept` +
          ` describe ${forget} better than before.`,
      },
    ];
  }
  const start = [
    { text: "Your " },
    { text: count(removed), kind: "strong" },
    { text: removed === 1 ? " removal does " : " removals do " },
  ] as const;
  const others: readonly Piece[] = [
    { text: count(random), kind: "strong" },
    { text: " " },
    { text: random === 1 ? "random one" : "random ones", kind: "random" },
    { text: " would" },
  ];
  if (random > removed) return [...start, { text: "what " }, ...others, { text: "." }];
  if (random === removed) {
    return [...start, { text: "what " }, ...others, { text: ": no more than chance." }];
  }
  const end = random === 0 ? [{ text: "no more than removing nothing." }] : undefined;
  return end !== undefined
    ? [...start, ...end]
    : [...start, { text: "only what " }, ...others, { text: ": worse than chance." }];
}

/** A caution about the map, when a selection drawn on it does little better than chance. */
export function mapCaution(values: EffectValues, info: SessionInfo): string | null {
  const { n_removed: removed, random_equivalent: random } = values;
  if (info.map.name === "discriminant" || random === null || removed === 0) return null;
  if (values.n_removed_forget === values.n_forget || random > 1.15 * removed) return null;
  return (
    `A region of this map (${info.map.name}) works nearly like random removal; the discriminant` +
    ` map shows the direction that matters.`
  );
}

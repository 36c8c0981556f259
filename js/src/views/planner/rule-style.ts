/** How the curve of a rule is drawn: each rule has a colour and a dash of its own. */
export interface RuleStyle {
  readonly color: string;
  readonly dash: string;
}

const KNOWN: Readonly<Record<string, RuleStyle>> = {
  random: { color: "var(--uw-rule-random)", dash: "9 3 2 3" },
  distance: { color: "var(--uw-rule-distance)", dash: "6 3" },
  likelihood_ratio: { color: "var(--uw-rule-ratio)", dash: "none" },
};
const OTHERS: readonly RuleStyle[] = [
  { color: "var(--uw-rule-fourth)", dash: "12 3" },
  { color: "var(--uw-rule-fifth)", dash: "3 3" },
  { color: "var(--uw-rule-sixth)", dash: "6 3 2 3 2 3" },
];

/** The style of the rule at a place of the table. */
export function ruleStyle(name: string, place: number): RuleStyle {
  return KNOWN[name] ?? OTHERS[place % OTHERS.length]!;
}

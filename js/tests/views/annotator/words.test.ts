// @vitest-environment node
import { describe, expect, it, test } from "vitest";
import { duration, orderExplanation, orderLabel, paceWords, regionWords } from "../../../src/views/annotator/words";
import { STATE } from "../../state/annotation-fixture";

test.each([
  [0, "less than a minute"],
  [29, "less than a minute"],
  [31, "1 min"],
  [3569, "59 min"],
  [3571, "1 h"],
  [12_420, "3 h 27 min"],
  [36e5, "1,000 h"],
])("%d seconds are %s", (seconds, words) => expect(duration(seconds)).toBe(words));

describe("pace", () => {
  it("is silent before there is one, and when all is done", () => {
    expect(paceWords(STATE)).toEqual([]);
    const done = { ...STATE, n_done: 20, per_hour: 1040, seconds_left: 0 };
    expect(paceWords(done)).toEqual([]);
    expect(paceWords({ ...done, n_done: 19, seconds_left: 3 })).toEqual([
      "1,040 an hour",
      "less than a minute left",
    ]);
  });
});

describe("a region", () => {
  const names = { forget: "spam", retain: "ham" };

  test.each([
    ["removal", 0, "and removes them."],
    ["removal", 1, "and keeps them."],
    ["removal", 2, "and leaves open what becomes of them."],
    ["domain", 0, "and counts them as unwanted."],
    ["domain", 1, "and counts them as retained."],
    ["domain", 2, "and leaves the domain of them open."],
  ] as const)("%s %i", (job, index, end) => {
    const words = regionWords("x", index, job, { n_forget: 2, n_retain: 1 }, names);
    expect(words).toContain(`This labels 3 rows (2 spam, 1 ham) “x” ${end}`);
  });

  it("of one row speaks of one", () => {
    const words = regionWords("x", 0, "removal", { n_forget: 1, n_retain: 0 }, names);
    expect(words).toContain("This labels 1 row “x” and removes it.");
  });
});

it("names every order in plain words, and a new one as it comes", () => {
  for (const order of ["random", "score", "uncertainty", "effect", "coverage", "disagreement"]) {
    expect(orderLabel(order)).not.toBe(order);
    expect(orderExplanation(order)).toMatch(/\.$/);
  }
  expect([orderLabel("newest"), orderExplanation("newest")]).toEqual(["newest", ""]);
});

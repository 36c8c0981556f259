import { describe, expect, it } from "vitest";
import { mapCaution, sentence } from "../../../src/views/readout/sentence";
import type { EffectValues } from "../../../src/wire/messages";
import { INFO, VALUES } from "../../ui/stub-session";

function say(values: Partial<EffectValues>): string {
  return sentence({ ...VALUES, ...values }, INFO)
    .map((piece) => piece.text)
    .join("");
}

function removing(n: number, random: number | null, more: Partial<EffectValues> = {}): string {
  return say({ n_removed: n, n_removed_forget: n, random_equivalent: random, ...more });
}

describe("the sentence", () => {
  it("compares with random removal", () => {
    expect(removing(312, 1204)).toBe("Your 312 removals do what 1,204 random ones would.");
    expect(removing(1, 3)).toBe("Your 1 removal does what 3 random ones would.");
  });

  it("says when a selection is no better, or worse, than chance", () => {
    expect(removing(312, 312)).toBe(
      "Your 312 removals do what 312 random ones would: no more than chance.",
    );
    expect(removing(312, 1)).toBe(
      "Your 312 removals do only what 1 random one would: worse than chance.",
    );
  });

  it("says when removal went down", () => {
    expect(removing(30, 0, { alpha: 11.2 })).toContain("describe spam better than before");
    expect(removing(30, 0, { alpha: 11.833 })).toContain("no more than removing nothing");
  });

  it("guides who has removed nothing", () => {
    const words = say({ n_removed: 0, n_removed_forget: 0, random_equivalent: 0 });
    expect(words).toContain("Nothing is removed yet.");
  });

  it("gives the reason when there is no comparison", () => {
    expect(removing(500, null, { alpha: 16 })).toContain(
      "reach further than removing all 567 spam rows would (15.47)",
    );
    expect(
      say({ n_removed: 439, n_removed_retain: 3, random_equivalent: null }),
    ).toContain("3 ham rows removed as well");
    expect(removing(5, null, { alpha: Infinity })).toContain("Removal is infinite");
  });

  it("says when the whole domain is removed", () => {
    expect(removing(567, 567)).toContain("All 567 spam rows are removed");
  });
});

describe("the caution about the map", () => {
  const values = { ...VALUES, random_equivalent: 440 };
  const pca = { ...INFO, map: { ...INFO.map, name: "pca" } };

  it("warns when a region of another map is close to random", () => {
    expect(mapCaution(values, pca)).toContain("nearly like random removal");
  });

  it("is silent on the discriminant map and on a good selection", () => {
    expect(mapCaution(values, INFO)).toBeNull();
    expect(mapCaution({ ...values, random_equivalent: 520 }, pca)).toBeNull();
  });
});

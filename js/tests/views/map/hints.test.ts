import { describe, expect, it } from "vitest";
import { retainedWords } from "../../../src/views/map/hints";

describe("the words about retained rows", () => {
  it.each([
    ["lasso", 3, true, "3 ham rows lie inside and are kept (locked)"],
    ["brush", 1, true, "1 ham row lies inside and is kept (locked)"],
    ["rectangle", 2, false, "2 ham rows lie inside (unlocked)"],
    ["lasso", 0, true, "no ham row lies inside"],
    ["click", 1, true, "1 ham row is kept (locked)"],
    ["search", 1, true, "1 ham row matches and is kept (locked)"],
    ["search", 1204, false, "1,204 ham rows match (unlocked)"],
    ["set", 2, true, "2 ham rows are in the set and are kept (locked)"],
    ["select", 2, true, "2 ham rows are kept (locked)"],
    ["duplicates", 2, false, "2 ham rows among them (unlocked)"],
  ] as const)("fit what was done: %s, %i", (kind, inside, locked, words) => {
    expect(retainedWords(kind, inside, "ham", locked)).toBe(words);
  });

  it.each(["click", "rule", "grow", "search", "set", "select"] as const)(
    "are left out where no area was drawn: %s",
    (kind) => {
      expect(retainedWords(kind, 0, "ham", true)).toBeNull();
    },
  );
});

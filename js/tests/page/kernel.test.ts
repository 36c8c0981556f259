import { afterEach, beforeEach, describe, expect, it } from "vitest";
import shared from "../../../tests/protocol/page.json";
import { Bitset } from "../../src/core/bitset";
import { NEEDS_PYTHON, StandaloneKernel } from "../../src/page/kernel";
import { readState, type WrittenState } from "../../src/page/state";
import { openSession, type SessionStore } from "../../src/state/session";
import type { Gesture } from "../../src/wire/messages";

const written = (name: "live" | "grouped" | "saved"): WrittenState =>
  shared[name].state as unknown as WrittenState;

let abort: AbortController;
beforeEach(() => {
  abort = new AbortController();
});
afterEach(() => abort.abort());

function open(name: "live" | "grouped" | "saved"): SessionStore {
  const kernel = new StandaloneKernel(readState(written(name)));
  return openSession(kernel.model.asAnyModel(), abort.signal);
}

function lassoOf(path: readonly (readonly number[])[]): Gesture {
  return { tool: "lasso", mode: "replace", path: Float64Array.from(path.flat()) };
}

/** Equal, with numbers to 1e-9 of their size. */
function expectAlike(got: unknown, wanted: unknown, where = ""): void {
  if (typeof wanted === "number" && typeof got === "number") {
    expect(Math.abs(got - wanted), where).toBeLessThanOrEqual(1e-9 * Math.abs(wanted) + 1e-24);
  } else if (typeof wanted === "object" && wanted !== null) {
    for (const [name, value] of Object.entries(wanted)) {
      expectAlike((got as Record<string, unknown>)[name], value, `${where}.${name}`);
    }
  } else expect(got, where).toEqual(wanted);
}

describe("a page that is not touched", () => {
  it.each(["live", "grouped", "saved"] as const)("shows what was saved: %s", (name) => {
    const session = open(name);
    const { effect, rev } = written(name);
    expect(session.shown.value).toMatchObject({ state: "current", rev, values: effect });
    expect(session.removed.value.count()).toBe(effect.n_removed);
    expect(session.status.value).toMatchObject({
      can_undo: false,
      can_redo: false,
      retain_locked: true,
      rule: { name: "likelihood_ratio", budget: 6 },
      sets: [{ name: "first five", n: 5 }],
    });
  });

  it("has the plan and the verdict", async () => {
    const session = open("live");
    const plan = await session.plan();
    expect(plan.rules.map(({ name }) => name)).toEqual(["random", "distance", "likelihood_ratio"]);
    const curves = await session.planRule("distance");
    expect(curves.order).toHaveLength(24);
    expect(curves.series.budget?.at(-1)).toBe(24);
    expect((await session.diagnosis()).verdict).toBe(written("live").diagnosis.verdict);
    await expect(session.planRule("herding")).rejects.toThrow("rule: must be one of random");
  });
});

describe.each(["live", "grouped"] as const)("brushing: %s", (name) => {
  const { lasso, rule_added: ruleAdded, tables } = shared[name];

  it("computes the numbers that Python computes", async () => {
    const session = open(name);
    const before = session.effect.value.values;
    await session.commit(lassoOf(lasso.path), new Bitset(64));
    expect(session.error.value).toBeNull();
    expectAlike(session.effect.value.values, lasso.values);
    expect(session.status.value.gesture).toMatchObject({
      inside_forget: lasso.inside_forget,
      inside_retain: lasso.inside_retain,
    });
    expect(session.shown.value.state).toBe("current");
    await session.command("undo");
    expect(session.effect.value.values).toEqual(before);
    expect(session.rev.value).toBe(written(name).rev + 2);
    await session.command("redo");
    expectAlike(session.effect.value.values, lasso.values);
  });

  it("adds the first rows of a rule", async () => {
    const session = open(name);
    await session.select({ by: "rule", rule: "distance", budget: 9 }, "add");
    expectAlike(session.effect.value.values, ruleAdded.values);
  });

  it("fills the table of rules at every budget and for every target", async () => {
    const session = open(name);
    for (const { query, rows } of tables) {
      const table = await session.ruleTable(query);
      for (const [at, row] of table.rows.entries()) {
        const wanted = rows[at]!;
        expectAlike(row.at, wanted.at);
        for (const kind of ["alpha", "epsilon"] as const) {
          expect(row[kind]?.n).toEqual(wanted[kind]?.n);
          expect(row[kind]?.reason).toEqual(wanted[kind]?.reason);
          expect(row[kind]?.predicted).toEqual(wanted[kind]?.predicted);
        }
      }
    }
  });
});

describe("a live page", () => {
  it("keeps and combines named sets", async () => {
    const session = open("live");
    await session.select({ by: "set", name: "first five" }, "replace");
    expect([...session.removed.value.indices()]).toEqual([0, 1, 2, 3, 4]);
    await session.saveSet("mine");
    await session.deleteSet("first five");
    expect(session.status.value.sets).toEqual([{ name: "mine", n: 5 }]);
    expect(await session.select({ by: "set", name: "none" }, "add")).toBe(0);
    expect(session.error.value).toContain('expected the name of a saved set, got "none"');
  });

  it("follows lock, clear, invert and the refusal to keep nothing", async () => {
    const session = open("live");
    await session.command("clear");
    expect(session.effect.value.values.n_removed).toBe(0);
    await session.command("unlock");
    await session.command("invert");
    expect(session.error.value).toContain("Keep at least one row");
    expect(session.removed.value.count()).toBe(0);
    await session.command("lock");
    await session.command("invert");
    expect(session.effect.value.values.n_removed_forget).toBe(24);
  });

  it("has the records of the rows that were removed, and of no others", async () => {
    const session = open("live");
    const query = { scope: "removed", offset: 0, limit: 50, sort: "position" } as const;
    await session.select({ by: "rows", rows: [23] }, "add");
    const { total, rows } = await session.records(query);
    expect(total).toBe(7);
    for (const { row, key, text } of rows) {
      const known = row !== 23;
      expect(text).toBe(known ? `message ${row}` : "not in this page");
      expect(key).toBe(known ? `message ${row}` : "row 23");
    }
    expect((await session.record(23)).fields).toEqual([]);
    expect((await session.column("score")).kind).toBe("numeric");
    await expect(session.column("text")).rejects.toThrow("colour by it in a notebook");
  });

  it("refuses in words what only Python computes", async () => {
    const session = open("live");
    await session.startCheck();
    expect(session.error.value).toBe(NEEDS_PYTHON.check);
    await expect(session.duplicates()).rejects.toThrow(NEEDS_PYTHON.duplicates);
    await expect(session.search("x")).rejects.toThrow(NEEDS_PYTHON.search);
    await session.select({ by: "neighbors", k: 3 }, "add");
    expect(session.error.value).toBe(NEEDS_PYTHON.neighbors);
  });
});

describe("a page that is not live", () => {
  it("refuses every change and says why", async () => {
    const session = open("saved");
    const { removed, effect } = session;
    const before = [removed.value.count(), effect.value] as const;
    await session.commit(lassoOf(shared.live.lasso.path), new Bitset(64));
    expect(session.error.value).toContain("The covariance is refitted");
    await session.select({ by: "rule", rule: "random", budget: 3 }, "replace");
    await session.command("clear");
    await session.saveSet("mine");
    expect([removed.value.count(), effect.value]).toEqual(before);
    expect(session.shown.value.state).toBe("current");
  });

  it("has the table of the saved budget and targets only", async () => {
    const session = open("saved");
    const { query, rows } = written("saved").table!;
    const asked = { budget: query.budget!, alpha: query.alpha, epsilon: query.epsilon };
    expect((await session.ruleTable(asked)).rows).toHaveLength(rows.length);
    await expect(session.ruleTable({ ...asked, budget: 2 })).rejects.toThrow("need a notebook");
  });

  it("carries no records and no keys unless it was asked to", async () => {
    const session = open("saved");
    expect(await session.record(1)).toMatchObject({ key: 1, fields: [] });
    await expect(
      session.records({ scope: "removed", offset: 0, limit: 5, sort: "score" }),
    ).rejects.toThrow("without records");
    expect(JSON.stringify(written("saved"))).not.toContain("message");
  });
});

it("a state of another format is refused", () => {
  expect(() => readState({ ...written("live"), format: 2 })).toThrow("format 2");
});

// @vitest-environment node
import { describe, expect, test } from "vitest";
import cases from "../../../tests/protocol/messages.json";
import { Bitset } from "../../src/core/bitset";
import type { SessionStore } from "../../src/state/session";
import { toFloat64 } from "../../src/wire/codecs";
import type {
  CommandName,
  Gesture,
  Mode,
  RecordsQuery,
  RuleProposal,
  RuleTableQuery,
  SelectBy,
} from "../../src/wire/messages";
import { fromHex, toHex } from "../hex";
import { open, settled } from "./fixture";

interface Case {
  readonly name: string;
  readonly message: Record<string, unknown> & { id: string; kind: string };
  readonly buffers: string[];
}

const requests = cases.requests.valid as unknown as Case[];
const replies = cases.replies.ok as unknown as Case[];
const errors = cases.replies.error as unknown as Case[];

/** Ask the store for what a message says. */
function ask(store: SessionStore, { message, buffers }: Case): Promise<unknown> {
  const { kind } = message;
  const payload = Object.fromEntries(
    Object.entries(message).filter(([field]) => !["v", "id", "kind"].includes(field)),
  );
  const name = payload.name as string;
  const gesture = (): Gesture => ({
    ...(payload as unknown as Omit<Gesture, "path">),
    path: toFloat64(fromHex(buffers[0]!)),
  });
  switch (kind) {
    case "gesture":
      return store.commit(gesture(), new Bitset(10));
    case "preview":
      if ("by" in payload) store.previewRule(payload as unknown as RuleProposal);
      else store.preview(gesture());
      return Promise.resolve();
    case "plan":
      return store.plan();
    case "plan_rule":
      return store.planRule(payload.rule as string);
    case "rule_table":
      return store.ruleTable(payload as unknown as RuleTableQuery);
    case "check":
      return payload.op === "start" ? store.startCheck() : store.cancelCheck();
    case "diagnosis":
      return store.diagnosis();
    case "command":
      return store.command(name as CommandName);
    case "select": {
      const { mode, ...by } = payload;
      return store.select(by as unknown as SelectBy, mode as Mode);
    }
    case "records":
      return store.records(payload as unknown as RecordsQuery);
    case "record":
      return store.record(payload.row as number);
    case "search":
      return store.search(payload.text as string);
    case "column":
      return store.column(name);
    case "duplicates":
      return store.duplicates();
    case "set":
      return payload.op === "save" ? store.saveSet(name) : store.deleteSet(name);
    default:
      throw new Error(`no call sends ${kind}`);
  }
}

const silent = ["nudge", "preview_end"];

describe("requests shared with Python", () => {
  test.each(requests.filter(({ message }) => !silent.includes(message.kind)))("$name", (given) => {
    const { fake, store, abort } = open();
    void ask(store, given).catch(() => null);
    expect(fake.sent).toHaveLength(1);
    const { content, buffers } = fake.sent[0]!;
    expect(content).toEqual({ ...given.message, id: `${store.viewId}:1` });
    expect(buffers.map((buffer) => toHex(new Uint8Array(buffer)))).toEqual(given.buffers);
    abort.abort();
  });
});

/** What each kind of reply gives to the caller. */
const RESULTS: Readonly<Record<string, unknown>> = {
  gesture: undefined,
  command: undefined,
  select: 3,
  "page of records": {
    total: 7,
    rows: [
      { row: 0, key: "a", domain: 2, removed: true, score: -Infinity, text: "<b>free</b>", truncated: false },
    ],
  },
  "empty page": { total: 0, rows: [] },
  "numeric column": { kind: "numeric", values: Float32Array.of(0, 1.5), min: 0, max: 1.5 },
  "column without a value": {
    kind: "numeric",
    values: Float32Array.of(NaN, NaN),
    min: NaN,
    max: NaN,
  },
  "categorical column": {
    kind: "categorical",
    codes: Uint8Array.of(0, 1, 255),
    labels: ["ham", "spam"],
    counts: [1, 1],
  },
  "near-duplicates left": 0,
  plan: {
    n_forget: 3,
    n_retain: 3,
    divergence: 2.5,
    divergence_unbiased: NaN,
    delta: 0.05,
    entropy_forget: 1.25,
    entropy_retain: -Infinity,
    rules: [{ name: "likelihood_ratio", label: "likelihood ratio" }],
    stop: { removed: 2.5, beyond: true },
    alpha_target: 1.5,
    epsilon_target: null,
    frontiers: [
      { refit: "mean", epsilon: Float64Array.of(0, 1), alpha: Float64Array.of(2.5, 6.5) },
      { refit: "covariance", epsilon: Float64Array.of(0), alpha: Float64Array.of(2.5) },
    ],
    prediction_reason: null,
    certificate_reason: "Too few rows.",
    frontier_reason: null,
    warning: { efficiency: 0.25, rule: "likelihood_ratio", text: "Many dimensions." },
  },
  "ranking of a rule": {
    rule: "likelihood_ratio",
    order: Uint32Array.of(2, 0, 1),
    series: { budget: Float64Array.of(0, 3), alpha: Float64Array.of(0.5, Infinity) },
  },
  "table of rules": {
    budget: 2,
    rows: [
      {
        rule: "likelihood_ratio",
        ready: true,
        at: { n_removed: 2, alpha: Infinity, epsilon: 0.25, forget_log_loss: 1.5, retain_log_loss: 0.5 },
        alpha: { n: 1, reason: null, predicted: null, predicted_reason: "None is known." },
        epsilon: null,
      },
      { rule: "random", ready: false, at: null, alpha: null, epsilon: null },
    ],
  },
  diagnosis: { verdict: "indicative", reasons: ["Tails are heavy."] },
  sets: undefined,
};

describe("replies shared with Python", () => {
  const request = (kind: string): Case => requests.find(({ message }) => message.kind === kind)!;

  test.each(replies.filter(({ name }) => name in RESULTS))("$name", async (given) => {
    const { fake, store } = open();
    const result = ask(store, request(given.message.kind));
    const { content } = fake.sent[0]!;
    fake.receive({ ...given.message, id: content.id }, given.buffers.map(fromHex));
    expect(await result).toEqual(RESULTS[given.name]);
  });

  test("record", async () => {
    const { fake, store } = open();
    const result = store.record(0);
    const given = replies.find(({ name }) => name === "record")!;
    fake.receive({ ...given.message, id: fake.sent[0]!.content.id });
    expect(await result).toMatchObject({
      row: 0,
      key: "a",
      score: -Infinity,
      fields: [{ name: "text", value: "<b>free</b>", truncated: false }],
    });
  });

  test("search", async () => {
    const { fake, store } = open();
    const result = store.search("free");
    const given = replies.find(({ name }) => name === "search")!;
    const hits = new DataView(new ArrayBuffer(2));
    hits.setUint8(0, Number.parseInt(given.buffers[0]!, 16));
    fake.receive({ ...given.message, id: fake.sent[0]!.content.id }, [hits]);
    const { hits: rows, ...counts } = await result;
    expect(counts).toEqual({ text: "free", total: 2, forget: 1, retain: 1 });
    expect([...rows.indices()]).toEqual([0, 2]);
  });

  test("preview", async () => {
    const { fake, store } = open();
    store.preview({ tool: "lasso", mode: "add", path: Float64Array.of(0, 0, 1, 0, 1, 1) });
    const given = replies.find(({ name }) => name === "preview")!;
    fake.receive({ ...given.message, id: fake.sent[0]!.content.id });
    await settled();
    expect(store.shown.value).toMatchObject({
      state: "preview",
      values: { alpha: Infinity, frontier_alpha: NaN, random_equivalent: null, covariance: "shared" },
    });
  });

  test.each(errors)("$name", async (given) => {
    const { fake, store } = open();
    const done = store.command("undo");
    fake.receive({ ...given.message, id: fake.sent[0]!.content.id });
    await done;
    expect(store.error.value).toBe((given.message.error as { message: string }).message);
  });
});

import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { AnnouncerContext } from "../../../src/ui/live-region";
import { RetrainButton } from "../../../src/views/retrain/retrain-button";
import { RetrainPanel } from "../../../src/views/retrain/retrain-panel";
import type { CheckedMetric, CheckResult, CheckState } from "../../../src/wire/messages";
import { signal } from "@preact/signals";
import { click, mount } from "../../ui/mount";
import { hook, stubSession } from "../../ui/stub-session";

const NAMES = [
  "forget_recall",
  "forget_log_loss",
  "retain_log_loss",
  "retain_accuracy",
  "balanced_accuracy",
] as const;

function line(metric: CheckedMetric["metric"], status = "ok"): CheckedMetric {
  const expected = metric === "balanced_accuracy" ? NaN : 0.75;
  return {
    metric,
    status,
    values: {
      before: 0.9375,
      before_low: 0.9,
      before_high: 0.95,
      after: 0.625,
      after_low: 0.6,
      after_high: 0.65,
      predicted_before: expected,
      predicted_after: expected,
    },
  };
}

const RESULT: CheckResult = {
  rev: 4,
  model: "LogisticRegression(C=10)",
  n_splits: 5,
  n_done: 5,
  n_removed_forget: 436,
  n_removed_retain: 0,
  metrics: NAMES.map((name) => line(name)),
};

async function open(check: Partial<CheckState> = {}, values = {}) {
  const session = stubSession(values);
  session.check.value = { running: null, result: null, error: null, ...check };
  const close = vi.fn();
  const say = vi.fn();
  const root = await mount(
    <AnnouncerContext.Provider value={{ text: signal(""), say }}>
      <RetrainPanel session={session} onClose={close} />
    </AnnouncerContext.Provider>,
  );
  return { session, root, close, say };
}

describe("what was measured", () => {
  it("shows before and after with revision and state, beside the closed form", async () => {
    const { root } = await open({ result: RESULT });
    const recall = hook(root, "uw-measured-forget-recall");
    expect(recall.dataset).toMatchObject({ value: "0.625", rev: "4", state: "current" });
    expect(recall.title).toBe("60.0\u202f% to 65.0\u202f% over the splits");
    expect(hook(root, "uw-measured-forget-recall-before").dataset.value).toBe("0.9375");
    expect(hook(root, "uw-measured-forget-recall-predicted").dataset.value).toBe("0.75");
    expect(root.querySelector("[data-testid=uw-measured-balanced-accuracy-predicted]")).toBeNull();
    expect(root.textContent).toContain("436 spam removed · LogisticRegression · 5 splits");
    expect(hook(root, "uw-retrain-start").matches(":disabled")).toBe(true);
  });

  it("is stale once the selection moves on, and can be measured again", async () => {
    const { session, root } = await open({ result: RESULT });
    await act(() => {
      session.effect.value = { ...session.effect.value, rev: 5 };
    });
    expect(hook(root, "uw-measured-retain-accuracy").dataset).toMatchObject({
      rev: "4",
      state: "stale",
    });
    expect(hook(root, "uw-retrain-stale").textContent).toBe("Of an earlier selection: ");
    await click(hook(root, "uw-retrain-start"));
    expect(session.startCheck).toHaveBeenCalledTimes(1);
  });

  it("is stale without a kernel, though the selection is the same", async () => {
    const { session, root } = await open({ result: RESULT });
    await act(() => {
      session.connection.value = "lost";
    });
    expect(hook(root, "uw-measured-forget-recall").dataset.state).toBe("stale");
    expect(root.querySelector("[data-testid=uw-retrain-stale]")).toBeNull();
  });

  it("says what there is to know about a score, and how far a cancelled check came", async () => {
    const metrics = RESULT.metrics.map((one) => ({ ...one, status: "single class" }));
    const { root } = await open({ result: { ...RESULT, n_done: 2, metrics } });
    expect(hook(root, "uw-measured-forget-log-loss-status").textContent).toBe("single class");
    expect(root.textContent).toContain("cancelled after 2 of 5 splits");
    expect(hook(root, "uw-retrain-start").matches(":disabled")).toBe(false);
  });
});

describe("a check that runs", () => {
  it("shows progress, for which selection, and can be cancelled", async () => {
    const running = { rev: 3, done: 4, total: 10 };
    const { session, root } = await open({ running, result: RESULT });
    const bar = root.querySelector("progress")!;
    expect([bar.value, bar.max]).toEqual([4, 10]);
    expect(root.textContent).toContain("4 of 10 models trained, for an earlier selection");
    await click(hook(root, "uw-retrain-cancel"));
    expect(session.cancelCheck).toHaveBeenCalledTimes(1);
    expect(hook(root, "uw-measured-forget-recall").dataset.state).toBe("current");
  });

  it("announces how it ends", async () => {
    const { session, say } = await open({ running: { rev: 4, done: 9, total: 10 } });
    await act(() => {
      session.check.value = { running: null, result: RESULT, error: null };
    });
    expect(say).toHaveBeenCalledWith(
      "Retraining measured recall on spam: 93.8\u202f% before, 62.5\u202f% after.",
    );
    await act(() => {
      session.check.value = { ...session.check.value, running: { rev: 4, done: 0, total: null } };
    });
    await act(() => {
      session.check.value = { running: null, result: RESULT, error: "cv: too few rows" };
    });
    expect(say).toHaveBeenLastCalledWith("Retraining failed. cv: too few rows");
  });

  it("keeps what was measured when the next one fails, and text is text", async () => {
    const { root } = await open({ result: RESULT, error: "<b>cv</b>" });
    expect(hook(root, "uw-retrain-error").textContent).toBe("<b>cv</b>");
    expect(hook(root, "uw-measured-forget-recall").dataset.value).toBe("0.625");
  });
});

describe("the button", () => {
  async function press(check: Partial<CheckState>, removed: number, isOpen = false) {
    const session = stubSession({ n_removed: removed });
    session.check.value = { running: null, result: null, error: null, ...check };
    const toggle = vi.fn();
    const root = await mount(
      <RetrainButton session={session} open={isOpen} onToggle={toggle} />,
    );
    const button = hook(root, "uw-retrain");
    await click(button);
    expect(toggle).toHaveBeenCalledTimes(1);
    return { starts: session.startCheck.mock.calls.length, text: button.textContent };
  }

  it("begins a check when there is a selection nobody has measured", async () => {
    expect(await press({}, 436)).toEqual({ starts: 1, text: "Check by retraining" });
    expect((await press({ result: { ...RESULT, rev: 3 } }, 436)).starts).toBe(1);
    expect((await press({ result: RESULT }, 436)).starts).toBe(0);
    expect((await press({}, 0)).starts).toBe(0);
    expect((await press({}, 436, true)).starts).toBe(0);
  });

  it("counts while one runs", async () => {
    const running = { rev: 4, done: 3, total: 10 };
    expect(await press({ running }, 436)).toEqual({ starts: 0, text: "Retraining 3 of 10" });
    const begun = { rev: 4, done: 0, total: null };
    expect((await press({ running: begun }, 436)).text).toBe("Retraining…");
  });
});

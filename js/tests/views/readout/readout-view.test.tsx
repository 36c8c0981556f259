import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";
import { ReadoutView } from "../../../src/views/readout/readout-view";
import { mount } from "../../ui/mount";
import { hook, stubSession, VALUES } from "../../ui/stub-session";

const EXPECTED: Record<string, number> = {
  "uw-n-removed": VALUES.n_removed,
  "uw-removed-share": VALUES.removed_fraction,
  "uw-n-retained-touched": 0,
  "uw-alpha": VALUES.alpha,
  "uw-alpha-before": VALUES.alpha_before,
  "uw-alpha-change": VALUES.alpha - VALUES.alpha_before,
  "uw-alpha-certified": 3.75,
  "uw-alpha-floor": 0.36,
  "uw-epsilon": VALUES.epsilon,
  "uw-epsilon-before": VALUES.epsilon_before,
  "uw-epsilon-change": VALUES.epsilon - VALUES.epsilon_before,
  "uw-epsilon-certified": 0.13,
  "uw-epsilon-floor": 0.002,
  "uw-forget-log-loss": VALUES.forget_log_loss,
  "uw-forget-log-loss-before": VALUES.forget_log_loss_before,
  "uw-forget-log-loss-change": VALUES.forget_log_loss - VALUES.forget_log_loss_before,
  "uw-retain-log-loss": VALUES.retain_log_loss,
  "uw-retain-log-loss-before": VALUES.retain_log_loss_before,
  "uw-retain-log-loss-change": VALUES.retain_log_loss - VALUES.retain_log_loss_before,
};

describe("ReadoutView", () => {
  it("carries every number exactly, with its revision and state", async () => {
    const root = await mount(<ReadoutView session={stubSession()} />);
    for (const [testid, value] of Object.entries(EXPECTED)) {
      const { dataset } = hook(root, testid);
      expect([testid, Number(dataset.value)]).toEqual([testid, value]);
      expect([dataset.rev, dataset.state]).toEqual(["4", "current"]);
    }
  });

  it("shows the verdict of the diagnosis with its reasons, and asks once", async () => {
    const session = stubSession();
    session.diagnosis.mockResolvedValue({
      verdict: "indicative",
      reasons: ["Tails are heavy.", "Spreads differ."],
    });
    const root = await mount(<ReadoutView session={session} />);
    await act(async () => {
      await session.diagnosis.mock.results[0]!.value;
    });
    const verdict = hook(root, "uw-verdict");
    expect(verdict.textContent).toBe("Gaussian predictions: indicative");
    const term = verdict.querySelector("[role=term]")!;
    expect(term.getAttribute("aria-description")).toBe("Tails are heavy. Spreads differ.");
    await act(() => {
      session.rev.value = 5;
    });
    expect(session.diagnosis).toHaveBeenCalledTimes(1);
  });

  it("claims nothing without a verdict", async () => {
    const root = await mount(<ReadoutView session={stubSession()} />);
    expect(root.querySelector("[data-testid=uw-verdict]")).toBeNull();
  });

  it("reads as the numbers are meant", async () => {
    const root = await mount(<ReadoutView session={stubSession()} />);
    expect(hook(root, "uw-alpha-certified").textContent).toBe(
      "at least 3.750 with 95\u202f% confidence",
    );
    expect(hook(root, "uw-epsilon-certified").textContent).toBe(
      "at most 0.130 with 95\u202f% confidence",
    );
    expect(hook(root, "uw-sentence").textContent).toContain(
      "Your 436 removals do what 487 random ones would",
    );
    expect(root.textContent).toContain("131 spam kept");
  });

  it("tells gain from cost by words, not by colour alone", async () => {
    const root = await mount(
      <ReadoutView session={stubSession({ alpha: 10, retain_log_loss: -760 })} />,
    );
    const outcomes = [...root.querySelectorAll(".uw-metric-outcome")].map((el) => el.textContent);
    expect(outcomes).toEqual(["cost", "gain", "gain", "cost"]);
  });

  it("marks previews and numbers that are behind", async () => {
    const session = stubSession();
    const root = await mount(<ReadoutView session={session} />);
    const badge = hook(root, "uw-readout-state");
    expect(badge.textContent).toBe("");
    await act(() => {
      session.shown.value = { values: { ...VALUES, alpha: 15 }, rev: 4, state: "preview" };
    });
    expect(badge.textContent).toBe("preview");
    expect(hook(root, "uw-alpha").dataset).toMatchObject({ value: "15", state: "preview" });
    await act(() => {
      session.shown.value = { values: VALUES, rev: 4, state: "stale" };
    });
    expect(badge.textContent).toBe("updating…");
    await act(() => {
      session.connection.value = "lost";
    });
    expect(badge.textContent).toBe("kernel not answering");
    expect(hook(root, "uw-alpha").dataset.state).toBe("stale");
  });

  it("gives the reason where there is no certificate", async () => {
    const session = stubSession({
      alpha_certified: null,
      epsilon_certified: null,
      certificate_reason: "the covariance is refitted.",
    });
    const root = await mount(<ReadoutView session={session} />);
    const certified = hook(root, "uw-alpha-certified");
    expect(certified.dataset.value).toBe("nan");
    expect(certified.closest(".uw-term")?.getAttribute("aria-description")).toContain(
      "the covariance is refitted.",
    );
  });

  it("spells infinite numbers for scripts and people", async () => {
    const root = await mount(<ReadoutView session={stubSession({ alpha: Infinity })} />);
    expect(hook(root, "uw-alpha").dataset.value).toBe("inf");
    expect(hook(root, "uw-alpha").textContent).toBe("∞");
  });

  it("says when retained rows are removed too", async () => {
    const session = stubSession({ n_removed: 439, n_removed_retain: 3, random_equivalent: null });
    const root = await mount(<ReadoutView session={session} />);
    expect(hook(root, "uw-n-retained-touched").dataset.value).toBe("3");
    expect(root.textContent).toContain("439 removed 436 of 567 spam rows");
  });
});

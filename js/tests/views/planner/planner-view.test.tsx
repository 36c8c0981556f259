import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";
import { click, press, type, unmount, until } from "../../ui/mount";
import { hook } from "../../ui/stub-session";
import { openPlanner, PLAN, pointer, settle, table } from "./fixture";

function cells(root: ParentNode, testid: string): string[] {
  return [...root.querySelectorAll<HTMLElement>(`[data-testid=${testid}]`)].map(
    (cell) => cell.dataset.value ?? "missing",
  );
}

async function change(input: HTMLElement, value: string): Promise<void> {
  await type(input, value);
  await act(() => {
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await settle();
}

describe("what a planner shows", () => {
  it("asks once for the plan and once for each rule", async () => {
    const { session, root } = await openPlanner();
    expect(session.plan).toHaveBeenCalledTimes(1);
    expect(session.planRule.mock.calls.map(([rule]) => rule)).toEqual(["random", "likelihood_ratio"]);
    expect(cells(root, "uw-need-alpha")).toEqual(["2", "2"]);
    expect(cells(root, "uw-predicted-epsilon")).toEqual(["2", "2"]);
    expect(cells(root, "uw-at-forget-log-loss")).toEqual(["11", "11"]);
    expect(hook(root, "uw-stop-point").dataset.value).toBe("2.25");
    expect(hook(root, "uw-planner-warning").textContent).toContain("25");
  });

  it("draws measured curves for every rule and a prediction without gaps in its numbers", async () => {
    const { root } = await openPlanner();
    const panel = root.querySelector("[data-number=alpha]")!;
    const measured = panel.querySelectorAll("path[data-kind=measured]");
    expect(measured).toHaveLength(2);
    for (const path of root.querySelectorAll("path")) {
      expect(path.getAttribute("d") ?? "").not.toMatch(/NaN|Infinity/);
    }
  });

  it("asks again when the session learns a rule", async () => {
    const { session } = await openPlanner();
    await act(() => {
      session.info.value = { ...session.info.value, rules: ["random", "new"] };
    });
    await settle();
    expect(session.plan).toHaveBeenCalledTimes(2);
    expect(session.planRule).toHaveBeenCalledTimes(2);
  });

  it("says why there is no plan, and tries again", async () => {
    const { session, root } = await openPlanner();
    session.plan.mockRejectedValueOnce(new Error("The kernel is busy."));
    await act(() => {
      session.info.value = { ...session.info.value, rules: ["random"] };
    });
    await settle();
    expect(root.textContent).toContain("Budget planner");
  });

  it("goes on while a rule ranks and when one fails", async () => {
    const { session, root } = await openPlanner();
    session.planRule.mockImplementation((rule) =>
      rule === "slow" ? new Promise(() => undefined) : Promise.reject(new Error("X: too few rows")),
    );
    session.ruleTable.mockImplementation((query) => Promise.resolve(table(query)));
    session.plan.mockResolvedValue({
      ...PLAN,
      rules: [...PLAN.rules, { name: "slow", label: "slow" }, { name: "bad", label: "bad" }],
    });
    await act(() => {
      session.info.value = { ...session.info.value, rules: ["slow", "bad"] };
    });
    await settle();
    const row = (name: string): string => root.querySelector(`tr[data-rule=${name}]`)!.textContent;
    expect(row("slow")).toContain("ranking");
    expect(row("bad")).toContain("X: too few rows");
    const calls = session.planRule.mock.calls.length;
    await click(root.querySelector<HTMLElement>("tr[data-rule=bad] button")!);
    expect(session.planRule).toHaveBeenCalledTimes(calls + 1);
  });

  it("leaves out what has no proof and says so", async () => {
    const reason = "Not proved for a refitted covariance.";
    const { root } = await openPlanner({
      prediction_reason: reason,
      certificate_reason: reason,
      frontier_reason: reason,
      stop: null,
      frontiers: [],
      warning: null,
    });
    expect(hook(root, "uw-planner-omitted").textContent).toBe(reason);
    expect(root.querySelector("[data-testid=uw-stop-point]")).toBeNull();
  });

  it("shows the plane with both targets, and switches the refit", async () => {
    const { root, view } = await openPlanner();
    await click(root.querySelector<HTMLElement>("[data-tab=frontier]")!);
    await settle();
    expect(view.signalOf("plan_view").value).toBe("frontier");
    expect(hook(root, "uw-target-alpha").getAttribute("role")).toBe("slider");
    expect(hook(root, "uw-target-epsilon").getAttribute("role")).toBe("slider");
    const refit = hook(root, "uw-refit") as HTMLSelectElement;
    await act(() => {
      refit.value = "covariance";
      refit.dispatchEvent(new Event("change", { bubbles: true }));
    });
    expect(view.signalOf("refit").value).toBe("covariance");
  });
});

describe("targets", () => {
  it("choose what they need when they are let go, and nothing before", async () => {
    const { session, root, view } = await openPlanner();
    const line = hook(root, "uw-target-alpha");
    await pointer(line, "pointerdown", 80);
    await pointer(line, "pointermove", 60);
    expect(line.dataset.moving).toBe("true");
    expect(session.select).not.toHaveBeenCalled();
    await pointer(line, "pointerup", 60);
    await settle();
    expect(session.select).toHaveBeenCalledTimes(1);
    const [by, mode, rows] = session.select.mock.calls[0]!;
    expect(by).toEqual({ by: "rule", rule: "likelihood_ratio", budget: 2 });
    expect(mode).toBe("replace");
    expect([...rows!.indices()]).toEqual([3, 5]);
    expect(view.signalOf("alpha_target").value).toBe(Number(line.dataset.value));
    expect(hook(root, "uw-planner-answer").textContent).toContain("needs 2 rows");
  });

  it("move by arrow keys", async () => {
    const { session, root } = await openPlanner();
    const line = hook(root, "uw-target-epsilon");
    const before = Number(line.dataset.value);
    await press(line, "ArrowUp");
    expect(Number(line.dataset.value)).toBeGreaterThan(before);
    await act(() => {
      line.dispatchEvent(new KeyboardEvent("keyup", { key: "ArrowUp", bubbles: true }));
    });
    await until(() => expect(session.select).toHaveBeenCalledTimes(1));
    expect(session.select.mock.calls[0]![0]).toMatchObject({ budget: 1 });
  });

  it("go back on Escape", async () => {
    const { session, root } = await openPlanner();
    const line = hook(root, "uw-target-alpha");
    await pointer(line, "pointerdown", 80);
    await pointer(line, "pointermove", 20);
    expect(line.dataset.value).not.toBe("1");
    await press(line, "Escape");
    await pointer(line, "pointerup", 20);
    await settle();
    expect(line.dataset.value).toBe("1");
    expect(session.select).not.toHaveBeenCalled();
  });

  it("out of reach say why and choose nothing", async () => {
    const { session, root } = await openPlanner();
    await change(hook(root, "uw-target-alpha-number"), "1.95");
    expect(session.select).not.toHaveBeenCalled();
    expect(hook(root, "uw-planner-answer").textContent).toContain("No budget reaches alpha >= 1.9.");
    await until(() => expect(cells(root, "uw-need-alpha")).toEqual(["", ""]));
  });

  it("follow the traits that Python sets", async () => {
    const { root, view } = await openPlanner();
    await act(() => {
      view.signalOf<number | null>("epsilon_target").value = 0.125;
      view.signalOf<string>("rule").value = "random";
    });
    expect(hook(root, "uw-target-epsilon").dataset.value).toBe("0.125");
    expect(root.querySelector("tr[data-chosen=true]")!.getAttribute("data-rule")).toBe("random");
  });
});

describe("the budget", () => {
  it("is previewed while it is dragged and chosen when it is let go", async () => {
    const { session, local, root } = await openPlanner();
    const slider = hook(root, "uw-budget");
    await pointer(slider, "pointerdown", 0);
    await type(slider, "2");
    expect([...local.proposed.value!.indices()]).toEqual([3, 5]);
    expect(session.previewRule).toHaveBeenLastCalledWith({
      by: "rule",
      rule: "likelihood_ratio",
      budget: 2,
      mode: "replace",
    });
    expect(session.select).not.toHaveBeenCalled();
    await change(slider, "2");
    expect(session.select).toHaveBeenCalledTimes(1);
    expect(local.proposed.value).toBeNull();
  });

  it("goes back on Escape, and the preview ends", async () => {
    const { session, local, root } = await openPlanner();
    const slider = hook(root, "uw-budget");
    await pointer(slider, "pointerdown", 0);
    await type(slider, "3");
    await press(slider, "Escape");
    expect(local.proposed.value).toBeNull();
    expect(session.endPreview).toHaveBeenCalled();
    await change(slider, "3");
    expect(session.select).not.toHaveBeenCalled();
  });

  it("is a number too, and steps by one", async () => {
    const { session, root } = await openPlanner();
    await change(hook(root, "uw-budget-number"), "3");
    await click(hook(root, "uw-budget-more"));
    await settle();
    expect(session.select.mock.calls.map(([by]) => by)).toEqual([
      { by: "rule", rule: "likelihood_ratio", budget: 3 },
      { by: "rule", rule: "likelihood_ratio", budget: 1 },
    ]);
  });

  it("says when the rows were chosen by hand", async () => {
    const { session, root } = await openPlanner();
    await act(() => {
      const { rev, values } = session.effect.value;
      session.effect.value = { rev: rev + 1, values: { ...values, n_removed_forget: 2 } };
    });
    await settle();
    expect(hook(root, "uw-budget-hand").textContent).toContain("by hand");
    await act(() => {
      session.status.value = { ...session.status.value, rule: { name: "random", budget: 2 } };
    });
    await settle();
    expect(root.querySelector("[data-testid=uw-budget-hand]")).toBeNull();
  });

  it("drops what is being set when the view closes", async () => {
    const { session, local, root } = await openPlanner();
    await pointer(hook(root, "uw-budget"), "pointerdown", 0);
    await type(hook(root, "uw-budget"), "2");
    await unmount(root);
    expect(local.proposed.value).toBeNull();
    expect(session.endPreview).toHaveBeenCalled();
  });
});

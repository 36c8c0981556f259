import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { painted } from "../../../src/state/after-paint";
import { createLocal } from "../../../src/state/local";
import { openView } from "../../../src/state/view";
import { PlannerView } from "../../../src/views/planner/planner-view";
import type { Need, Plan, RuleCurves, RuleTable, RuleTableQuery } from "../../../src/wire/messages";
import { FakeModel } from "../../fake-model";
import { mount, until } from "../../ui/mount";
import { stubSession } from "../../ui/stub-session";

/** Rows of the stub session that lie in the forget domain, first to remove first. */
const ORDER = Uint32Array.of(3, 5, 1);

export const PLAN: Plan = {
  n_forget: 3,
  n_retain: 4,
  divergence: 2,
  divergence_unbiased: 1.5,
  delta: 0.05,
  entropy_forget: 10,
  entropy_retain: 20,
  rules: [
    { name: "random", label: "random" },
    { name: "likelihood_ratio", label: "likelihood ratio" },
  ],
  stop: { removed: 2.25, beyond: false },
  alpha_target: 1,
  epsilon_target: 0.25,
  frontiers: [
    { refit: "mean", epsilon: Float64Array.of(0, 1), alpha: Float64Array.of(2, 5.8) },
    { refit: "covariance", epsilon: Float64Array.of(0, 1), alpha: Float64Array.of(2, 8) },
  ],
  prediction_reason: null,
  certificate_reason: null,
  frontier_reason: null,
  warning: { efficiency: 0.25, rule: "likelihood_ratio", text: "Many dimensions." },
};

export function curves(rule: string): RuleCurves {
  return {
    rule,
    order: ORDER,
    series: {
      budget: Float64Array.of(0, 1, 2, 3),
      alpha: Float64Array.of(0.5, 1, 1.5, 2),
      epsilon: Float64Array.of(0.5, 0.25, 0.1, 0),
      forget_log_loss: Float64Array.of(10.5, 11, 11.5, 12),
      retain_log_loss: Float64Array.of(20.5, 20.25, 20.1, 20),
      alpha_floor: Float64Array.of(0.1, 0.1, 0.1, 0.1),
      epsilon_floor: Float64Array.of(0.1, 0.1, 0.1, 0.1),
      alpha_predicted_mean: Float64Array.of(0.5, 1, 1.5, 2),
      epsilon_predicted_mean: Float64Array.of(0.5, 0.25, 0.1, 0),
    },
  };
}

const met = (n: number): Need => ({ n, reason: null, predicted: n + 1, predicted_reason: null });

/** What the kernel answers: alpha 1.9 and more is out of reach, the rest needs two rows. */
export function table({ budget, alpha, epsilon }: RuleTableQuery): RuleTable {
  const none: Need = {
    n: null,
    reason: "No budget reaches alpha >= 1.9.",
    predicted: null,
    predicted_reason: null,
  };
  const at = { n_removed: budget, alpha: 1, epsilon: 0.25, forget_log_loss: 11, retain_log_loss: 20 };
  return {
    budget,
    rows: PLAN.rules.map(({ name }) => ({
      rule: name,
      ready: true,
      at,
      alpha: alpha === null ? null : alpha >= 1.9 ? none : met(2),
      epsilon: epsilon === null ? null : met(1),
    })),
  };
}

class OneSize {
  constructor(private readonly receive: ResizeObserverCallback) {}
  observe(): void {
    const entry = { contentRect: { width: 300, height: 160 } } as ResizeObserverEntry;
    this.receive([entry], this);
  }
  disconnect(): void {
    // Nothing was observed.
  }
  unobserve(): void {
    // Nothing was observed.
  }
}

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", OneSize);
  Element.prototype.setPointerCapture = () => undefined;
});
afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Element.prototype, "setPointerCapture");
});

/** A planner on screen, its session and its traits. */
export async function openPlanner(plan: Partial<Plan> = {}) {
  const session = stubSession({ n_forget: 3, n_removed_forget: 0, n_removed: 0, alpha: 0.5 });
  session.plan.mockResolvedValue({ ...PLAN, ...plan });
  session.planRule.mockImplementation((rule) => Promise.resolve(curves(rule)));
  session.ruleTable.mockImplementation((query) => Promise.resolve(table(query)));
  const view = openView(new FakeModel().model, new AbortController().signal);
  const local = createLocal();
  const root = await mount(<PlannerView session={session} local={local} view={view} />);
  await until(() => expect(root.querySelector("figure svg circle")).not.toBeNull());
  return { session, view, local, root };
}

/** Let every answer that is under way arrive and be drawn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await act(() => Promise.resolve());
  for (let frame = 0; frame < 2; frame++) await act(() => painted(new AbortController().signal));
}

const PREACT_NAMES = {
  pointerdown: "PointerDown",
  pointermove: "PointerMove",
  pointerup: "PointerUp",
} as const;

/** A pointer event, which jsdom cannot make; where it knows no handler Preact keeps its own name. */
export async function pointer(
  target: Element,
  type: keyof typeof PREACT_NAMES,
  clientY: number,
): Promise<void> {
  const name = `on${type}` in target ? type : PREACT_NAMES[type];
  const event = new MouseEvent(name, { clientY, button: 0, bubbles: true, cancelable: true });
  Object.defineProperty(event, "pointerId", { value: 1 });
  await act(() => {
    target.dispatchEvent(event);
  });
}

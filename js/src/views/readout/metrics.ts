import { negligible, quantity } from "../../core/format";
import type { EffectValues, SessionInfo } from "../../wire/messages";

/** One of the four lines of the read-out. */
export interface Metric {
  readonly testid: string;
  readonly name: string;
  readonly symbol: string;
  readonly explanation: string;
  readonly formula: string;
  readonly before: number;
  readonly after: number;
  /** Whether a larger value is what one wants. */
  readonly wanted: "up" | "down";
  readonly certified?: number | null;
  readonly floor?: number | null;
  /** What the change means, in words. */
  readonly meaning: string;
}

function nats(size: number): string {
  return Number.isFinite(size) ? `${quantity(size)} nats per row` : "infinitely";
}

function described(before: number, after: number): string {
  const change = after - before;
  if (Number.isNaN(change) || negligible(before, after)) return "predicted fit as before";
  return `predicted fit ${nats(Math.abs(change))} ${change > 0 ? "worse" : "better"}`;
}

function logLossFormula(sub: string): string {
  return `L${sub.slice(1)} = H(${sub}) + KL(${sub}‖p̂), in nats per row`;
}

/** The four lines in the order they are read: removal, preservation, log-loss on both domains. */
export function metrics(values: EffectValues, info: Pick<SessionInfo, "names">): Metric[] {
  const { forget, retain } = info.names;
  return [
    {
      testid: "uw-alpha",
      name: "Removal",
      symbol: "α",
      explanation:
        `How far the model refitted to the kept rows, p̂, is from the ${forget} domain p₁: larger` +
        ` means more of it is forgotten, part of which may be mere shift of the inputs.`,
      formula: "α = KL(p₁‖p̂), in nats",
      before: values.alpha_before,
      after: values.alpha,
      wanted: "up",
      certified: values.alpha_certified,
      floor: values.alpha_noise_floor,
      meaning: "",
    },
    {
      testid: "uw-epsilon",
      name: "Preservation",
      symbol: "ε",
      explanation:
        `How far the model refitted to the kept rows, p̂, is from the ${retain} domain p₂: smaller` +
        ` means more of it is preserved.`,
      formula: "ε = KL(p₂‖p̂), in nats",
      before: values.epsilon_before,
      after: values.epsilon,
      wanted: "down",
      certified: values.epsilon_certified,
      floor: values.epsilon_noise_floor,
      meaning: "",
    },
    {
      testid: "uw-forget-log-loss",
      name: `Log-loss on ${forget}`,
      symbol: "L₁",
      explanation:
        `The mean negative log-likelihood of ${forget} rows under the Gaussian refitted to the kept` +
        ` rows; densities exceed 1, so it may be negative.`,
      formula: logLossFormula("p₁"),
      before: values.forget_log_loss_before,
      after: values.forget_log_loss,
      wanted: "up",
      meaning: described(values.forget_log_loss_before, values.forget_log_loss),
    },
    {
      testid: "uw-retain-log-loss",
      name: `Log-loss on ${retain}`,
      symbol: "L₂",
      explanation:
        `The mean negative log-likelihood of ${retain} rows under the Gaussian refitted to the kept` +
        ` rows; densities exceed 1, so it may be negative.`,
      formula: logLossFormula("p₂"),
      before: values.retain_log_loss_before,
      after: values.retain_log_loss,
      wanted: "down",
      meaning: described(values.retain_log_loss_before, values.retain_log_loss),
    },
  ];
}

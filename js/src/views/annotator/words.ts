import { count, plural } from "../../core/format";
import type { AnnotationJob, AnnotationState } from "../../wire/annotation-messages";

const ORDERS: Readonly<Record<string, readonly [label: string, explanation: string]>> = {
  random: ["in random order", "Every record is as likely as any other to come next."],
  score: ["most unwanted first", "Records that look most like the forget domain come first."],
  uncertainty: ["model unsure first", "Records whose label the model is least sure of come first."],
  effect: ["largest effect first", "Records whose removal changes the numbers most come first."],
  coverage: ["spread over the map", "Records far from all that were shown come first."],
  disagreement: ["people disagree first", "Records that people labelled differently come first."],
};

/** An order as the list of orders names it. */
export function orderLabel(order: string): string {
  return ORDERS[order]?.[0] ?? order;
}

/** What an order means, in one sentence. */
export function orderExplanation(order: string): string {
  return ORDERS[order]?.[1] ?? "";
}

/** "3 h 27 min", "27 min", "less than a minute". */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${count(Math.floor(minutes / 60))} h${rest === 0 ? "" : ` ${rest} min`}`;
}

/** How fast it goes and how long it takes; nothing before there is a pace. */
export function paceWords(state: AnnotationState): string[] {
  const { per_hour: pace, seconds_left: left, n_done: done, n_total: total } = state;
  if (done >= total) return [];
  return [
    ...(pace === null ? [] : [`${count(pace)} an hour`]),
    ...(left === null ? [] : [`${duration(left)} left`]),
  ];
}

/** What giving a region a label will do. */
export function regionWords(
  label: string,
  index: number,
  job: AnnotationJob,
  { n_forget: forget, n_retain: retain }: NonNullable<AnnotationState["region"]>,
  names: { readonly forget: string; readonly retain: string },
): string {
  const parts = [
    ...(forget > 0 ? [`${count(forget)} ${names.forget}`] : []),
    ...(retain > 0 ? [`${count(retain)} ${names.retain}`] : []),
  ];
  const rows = plural(forget + retain, "row");
  const what = parts.length > 1 ? `${rows} (${parts.join(", ")})` : rows;
  const one = forget + retain === 1;
  const it = one ? "it" : "them";
  const removal = [`removes ${it}`, `keeps ${it}`][index] ?? `leaves open what becomes of ${it}`;
  const domain =
    [`counts ${it} as unwanted`, `counts ${it} as retained`][index] ??
    `leaves the domain of ${it} open`;
  const then = job === "removal" ? removal : domain;
  return `This labels ${what} “${label}” and ${then}. Your earlier labels on ${it} are replaced; Undo brings them back.`;
}

import type { VNode } from "preact";
import { dataValue } from "../core/format";

/** Whether a number belongs to the committed selection, to a drag, or is behind. */
export type NumberState = "current" | "preview" | "stale";

/** Properties of {@link NumberText}. */
export interface NumberProps {
  /** The `data-testid` hook. */
  readonly testid: string;
  /** The exact value; null when there is none. */
  readonly value: number | null;
  /** What the person reads. */
  readonly text: string;
  /** The revision the value belongs to. */
  readonly rev: number;
  /** "stated" is what a file says, with no session behind it. */
  readonly state: NumberState | "stated";
  readonly class?: string | undefined;
  readonly title?: string | undefined;
}

/** A number on screen that also carries its exact float64, its revision and its state. */
export function NumberText(props: NumberProps): VNode {
  return (
    <span
      class={`uw-number ${props.class ?? ""}`}
      data-testid={props.testid}
      data-value={dataValue(props.value)}
      data-rev={props.rev}
      data-state={props.state}
      title={props.title}
    >
      {props.text}
    </span>
  );
}

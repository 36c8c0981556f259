import type { ComponentChildren, VNode } from "preact";
import type { Words } from "../../ui/words";
import type { HostActions, Place } from "./panel-model";

const BEGIN = "import unlearn_widgets as uw\n\nuw.explore(X, forget)";
const INSTALL = "%pip install unlearn-widgets";

/** Properties of {@link Guidance}. */
export interface GuidanceProps {
  readonly state: Place;
  readonly host: HostActions;
  readonly words: Words;
}

/** Why there is no forget set to show, and what to do about it. */
export function Guidance({ state: place, host, words }: GuidanceProps): VNode {
  const tutorial = <Button act={host.openTutorial}>{words.__("Open the tutorial")}</Button>;
  switch (place.state) {
    case "no-notebook":
      return (
        <Message title={words.__("No notebook is open")}>
          <p>{words.__("The forget sets of the notebook you work in are listed here.")}</p>
          {tutorial}
        </Message>
      );
    case "none":
      return (
        <Message title={words.__("This notebook has no kernel")}>
          <p>{words.__("Start a Python kernel, then run the cells that make a forget set.")}</p>
          <Button act={host.chooseKernel}>{words.__("Choose a kernel…")}</Button>
        </Message>
      );
    case "starting":
      return <Message title={words.__("The kernel is starting…")} />;
    case "asking":
      return (
        <Message title={words.__("Asking the kernel…")}>
          <p>{words.__("It answers when the cell that it runs is done.")}</p>
        </Message>
      );
    case "dead":
      return (
        <Message title={words.__("The kernel died")}>
          <p>
            {words.__(
              "What was not stored in a file is gone. Restart the kernel and run the cells again: a session with a store goes on where it left off.",
            )}
          </p>
          <Button act={host.restartKernel}>{words.__("Restart the kernel…")}</Button>
        </Message>
      );
    case "foreign":
      return (
        <Message title={words.__("This kernel runs %1", place.language)}>
          <p>{words.__("Forget sets are made in Python. Choose a Python kernel.")}</p>
          <Button act={host.chooseKernel}>{words.__("Choose a kernel…")}</Button>
        </Message>
      );
    case "elsewhere":
      return (
        <Message title={words.__("This kernel answers another tab")}>
          <p>
            {words.__(
              "The notebook or console that opened it handles its widgets. Open this notebook there, or give it a kernel of its own.",
            )}
          </p>
        </Message>
      );
    case "live":
      return (
        <Message title={words.__("No forget set in this kernel yet")}>
          <p>{words.__("Run a cell that makes one, for example:")}</p>
          <Code text={BEGIN} />
          <p>{words.__("If Python does not find the package, install it into this kernel:")}</p>
          <Code text={INSTALL} />
          {tutorial}
        </Message>
      );
  }
}

function Message(props: { readonly title: string; readonly children?: ComponentChildren }): VNode {
  return (
    <div class="uw-guidance" role="status" data-testid="uw-panel-guidance">
      <h3>{props.title}</h3>
      {props.children}
    </div>
  );
}

function Button(props: {
  readonly act: (() => void) | null;
  readonly children: ComponentChildren;
}): VNode | null {
  const { act, children } = props;
  if (act === null) return null;
  return (
    <button type="button" class="uw-primary" onClick={act}>
      {children}
    </button>
  );
}

function Code({ text }: { readonly text: string }): VNode {
  return (
    <pre class="uw-code" tabIndex={0}>
      {text}
    </pre>
  );
}

import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Words } from "../../ui/words";
import type { LiveSession } from "../../wire/live-messages";
import { Icon, type IconName } from "../../ui/icons";
import { Numbers } from "../review/numbers";
import type { PanelModel } from "./panel-model";
import { SaveForm } from "./save-form";

/** Properties of {@link SetCard}. */
export interface SetCardProps {
  readonly session: LiveSession;
  readonly model: PanelModel;
  readonly words: Words;
}

/** One live forget set: its numbers, where it is kept, and what can be done with it. */
export function SetCard({ session, model, words }: SetCardProps): VNode {
  const draft = model.draft.value;
  const refusal = model.refusal.value;
  const saving = draft?.session === session.id ? draft : null;
  const card = useRef<HTMLElement>(null);
  const wasSaving = useRef(false);
  useLayoutEffect(() => {
    // The form takes the keyboard with it when it goes.
    const left = wasSaving.current && saving === null;
    wasSaving.current = saving !== null;
    if (left) card.current?.querySelector<HTMLElement>("[data-testid=uw-panel-save]")?.focus();
  }, [saving]);
  return (
    <article
      ref={card}
      class="uw-set"
      data-testid="uw-panel-session"
      data-session={session.id}
      data-current={model.current.value?.id === session.id}
      aria-label={session.title}
    >
      <header class="uw-set-head">
        <h3 title={session.title}>{session.title}</h3>
        <Act
          icon="target"
          name={words.__("Show the cell")}
          testid="uw-panel-reveal"
          act={() => void model.reveal(session)}
        />
      </header>
      <Numbers effect={session.effect} names={session.names} prefix="uw-panel" rev={session.rev} />
      <p class="uw-set-manifest">
        <Kept store={session.store} words={words} />{" "}
        <span data-testid="uw-panel-manifest">{manifestLine(session, words)}</span>
      </p>
      {saving === null ? (
        <Actions session={session} model={model} words={words} />
      ) : (
        <SaveForm draft={saving} model={model} words={words} />
      )}
      {refusal?.session === session.id && (
        <p class="uw-set-refusal" role="alert" data-testid="uw-panel-refusal">
          {refusal.words}
        </p>
      )}
    </article>
  );
}

function Actions({ session, model, words }: SetCardProps): VNode {
  const { undo_label: undo, redo_label: redo } = session;
  return (
    <div class="uw-set-actions" role="group" aria-label={words.__("Actions")}>
      <Act
        icon="undo"
        name={undo === null ? words.__("Nothing to undo") : words.__("Undo: %1", undo)}
        testid="uw-panel-undo"
        act={undo === null ? null : () => void model.undo(session)}
      />
      <Act
        icon="redo"
        name={redo === null ? words.__("Nothing to redo") : words.__("Redo: %1", redo)}
        testid="uw-panel-redo"
        act={redo === null ? null : () => void model.redo(session)}
      />
      <span class="uw-set-space" />
      <button
        type="button"
        data-testid="uw-panel-save"
        title={words.__("Write down what is removed, why, and what it is predicted to do")}
        onClick={() => model.startSaving(session)}
      >
        {words.__("Save…")}
      </button>
      <button
        type="button"
        data-testid="uw-panel-review"
        title={
          session.manifest?.current === true
            ? words.__("Open the review page of %1", session.manifest.name)
            : words.__("Save the manifest and open its review page")
        }
        onClick={() => void model.review(session)}
      >
        {words.__("Review")}
      </button>
    </div>
  );
}

function Act(props: {
  readonly icon: IconName;
  readonly name: string;
  readonly testid: string;
  readonly act: (() => void) | null;
}): VNode {
  const { icon, name, testid, act } = props;
  return (
    <button
      type="button"
      class="uw-icon-button"
      data-testid={testid}
      aria-label={name}
      title={name}
      disabled={act === null}
      onClick={() => act?.()}
    >
      <Icon name={icon} />
    </button>
  );
}

function Kept(props: { readonly store: LiveSession["store"]; readonly words: Words }): VNode {
  const { store, words } = props;
  const [word, meaning] = keptWords(store, words);
  return (
    <span class="uw-set-kept" data-testid="uw-panel-store" data-state={store.state} title={meaning}>
      {word}
    </span>
  );
}

function keptWords({ state, name }: LiveSession["store"], words: Words): [string, string] {
  switch (state) {
    case "memory":
      return [
        words.__("not stored"),
        words.__("Only in the memory of this kernel. Give the session a store to keep it."),
      ];
    case "stored":
      return [words.__("stored"), words.__("Every change is in %1 before it is shown.", name)];
    case "checking":
      return [
        words.__("checking…"),
        words.__("Every change is in %1; the data are still being compared with it.", name),
      ];
    case "read-only":
      return [words.__("read-only"), words.__("Nothing can be recorded in %1.", name)];
  }
}

function manifestLine({ manifest }: LiveSession, words: Words): string {
  if (manifest === null) return words.__("No manifest saved yet");
  return manifest.current
    ? words.__("Manifest: %1", manifest.name)
    : words.__("Changed since %1 was saved", manifest.name);
}

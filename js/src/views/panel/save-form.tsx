import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Words } from "../../ui/words";
import type { Draft, PanelModel } from "./panel-model";

const SUFFIX = ".forget.json";

/** Properties of {@link SaveForm}. */
export interface SaveFormProps {
  readonly draft: Draft;
  readonly model: PanelModel;
  readonly words: Words;
}

/** Asks for the name of a manifest, and before another file goes. */
export function SaveForm({ draft, model, words }: SaveFormProps): VNode {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (draft.taken) field.current?.focus();
  }, [draft.taken]);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(0, draft.name.length - SUFFIX.length);
  }, []);
  const save = (): void => {
    const typed = field.current?.value.trim() ?? "";
    const name = typed.endsWith(SUFFIX) ? typed : `${typed.replace(/\.json$/, "")}${SUFFIX}`;
    if (typed !== "") void model.finishSaving(name, draft.taken && name === draft.name);
  };
  return (
    <form
      class="uw-set-save"
      data-testid="uw-panel-save-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") model.cancelSaving();
      }}
    >
      <label>
        {draft.review
          ? words.__("Save the manifest as, then review it")
          : words.__("Save the manifest beside the notebook as")}
        <input
          ref={field}
          type="text"
          data-testid="uw-panel-save-name"
          defaultValue={draft.name}
          maxLength={200}
          spellcheck={false}
          autocomplete="off"
          readOnly={draft.busy}
        />
      </label>
      {draft.taken && (
        <p role="alert" data-testid="uw-panel-save-taken">
          {words.__("%1 is there already. Replace it, or choose another name.", draft.name)}
        </p>
      )}
      <div class="uw-set-save-buttons">
        <button type="button" disabled={draft.busy} onClick={() => model.cancelSaving()}>
          {words.__("Cancel")}
        </button>
        <button type="submit" class="uw-primary" disabled={draft.busy}>
          {draft.busy ? words.__("Saving…") : draft.taken ? words.__("Replace") : words.__("Save")}
        </button>
      </div>
    </form>
  );
}

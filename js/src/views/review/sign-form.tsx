import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Decision } from "../../core/manifest";

/** What a reviewer fills in. */
export type Said = Omit<Decision, "at">;

/** Properties of {@link SignForm}. */
export interface SignFormProps {
  /** Why nothing can be signed here, in words; null where it can. */
  readonly hindrance: string | null;
  /** How many checks do not fit; null while they are made. */
  readonly mismatches: number | null;
  /** Adds the sign-off and saves the file; its rejection says why not. */
  readonly sign: (said: Said) => Promise<void>;
}

const DECISIONS = ["approved", "rejected", "changes wanted"];

/** Where a reviewer decides. */
export function SignForm({ hindrance, mismatches, sign }: SignFormProps): VNode {
  const [state, setState] = useState<"open" | "saving" | "saved">("open");
  const [problem, setProblem] = useState<string | null>(null);
  if (hindrance !== null) {
    return (
      <p class="uw-muted" data-testid="uw-review-hindrance">
        {hindrance}
      </p>
    );
  }

  const submit = async (form: HTMLFormElement): Promise<void> => {
    const fields = new FormData(form);
    const text = (name: string): string => (fields.get(name) as string).trim();
    const said = { decision: text("decision"), who: text("who"), note: text("note") || null };
    setProblem(null);
    setState("saving");
    try {
      await sign(said);
      form.reset();
      setState("saved");
    } catch (error) {
      setState("open");
      setProblem((error as Error).message);
    }
  };

  return (
    <form
      class="uw-review-sign"
      data-testid="uw-review-sign"
      data-state={state}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {mismatches !== null && mismatches > 0 && (
        <p class="uw-review-warning">
          Some checks do not fit: a sign-off would be about a content that contradicts itself.
        </p>
      )}
      <label>
        Decision
        <select name="decision" data-testid="uw-review-decision">
          {DECISIONS.map((decision) => (
            <option key={decision}>{decision}</option>
          ))}
        </select>
      </label>
      <label>
        Who signs
        <input name="who" required maxLength={200} data-testid="uw-review-who" />
      </label>
      <label class="uw-review-note">
        Note
        <textarea name="note" rows={3} maxLength={10_000} data-testid="uw-review-note" />
      </label>
      <button type="submit" disabled={state === "saving" || mismatches === null}>
        {state === "saving" ? "Saving…" : "Sign and save"}
      </button>
      <span class="uw-review-outcome" role="status" data-testid="uw-review-outcome">
        {problem ?? (state === "saved" ? "Signed and saved." : "")}
      </span>
    </form>
  );
}

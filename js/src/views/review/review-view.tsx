import type { ComponentChildren, VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { JsonObject } from "../../core/canonical";
import { count } from "../../core/format";
import { afterPaint } from "../../state/after-paint";
import { sentence } from "../readout/sentence";
import { CheckTable } from "./check-table";
import { type Check, checkManifest } from "./checks";
import { Facts, Provenance, Signoffs } from "./facts";
import { readManifest, signedText } from "./manifest-file";
import { MapFigure } from "./map-figure";
import { Numbers } from "./numbers";
import "./review.css";
import { listAt, rowsOf } from "./rows";
import { type Said, SignForm } from "./sign-form";
import { effectOf, howChosen, infoOf, reasonsOf, textAt, whatWasRemoved } from "./subject";
import { Decisions, keysOf, Timeline } from "./timeline";
import { VerdictLine } from "./verdict-line";

/** Properties of {@link ReviewView}. */
export interface ReviewProps {
  /** The text of the file. */
  readonly text: string;
  /** What is to be said about the file itself, such as that it was read again. */
  readonly remark: string | null;
  /** Why the file cannot be written, or null. */
  readonly locked: string | null;
  /** Writes another text in place of this one; its rejection says why not. */
  readonly save: (text: string) => Promise<void>;
}

/** A manifest for a person who decides about it; needs no kernel. */
export function ReviewView({ text, remark, locked, save }: ReviewProps): VNode {
  const reading = useMemo(() => readManifest(text), [text]);
  return (
    <article class="uw-review" data-testid="uw-review">
      {remark !== null && (
        <p class="uw-review-warning" role="alert" data-testid="uw-review-remark">
          {remark}
        </p>
      )}
      {reading.problem !== null ? (
        <section class="uw-review-section" role="alert" data-testid="uw-review-problem">
          <h2>This file cannot be shown</h2>
          <p>{reading.problem}</p>
          <p class="uw-muted">“Open with” in the file browser shows it as text.</p>
        </section>
      ) : (
        <Manifest text={text} manifest={reading.manifest} locked={locked} save={save} />
      )}
    </article>
  );
}

type ManifestProps = Omit<ReviewProps, "remark"> & { readonly manifest: JsonObject };

function Manifest({ text, manifest, locked, save }: ManifestProps): VNode {
  const checks = useChecks(manifest);
  const info = useMemo(() => infoOf(manifest), [manifest]);
  const effect = useMemo(() => effectOf(manifest), [manifest]);
  const rows = useMemo(() => {
    try {
      return rowsOf(manifest);
    } catch {
      // The checks say what is wrong with them.
      return null;
    }
  }, [manifest]);
  const mismatches = checks?.filter((check) => check.status === "mismatch") ?? [];
  const sign = (said: Said): Promise<void> =>
    save(signedText(text, manifest, { ...said, at: new Date().toISOString() }));
  return (
    <>
      <header class="uw-review-header">
        <h1>{textAt(manifest, ["title"]) || "A forget set without a title"}</h1>
        <p class="uw-review-caution">
          This page is evidence of what was removed and of what that was predicted to do. It is no
          proof that a model has forgotten anything: only measuring the model shows that.
        </p>
      </header>
      {mismatches.length > 0 && (
        <p class="uw-review-warning" role="alert" data-testid="uw-review-tampered">
          {mismatches.length === 1 ? "One check does" : `${mismatches.length} checks do`} not fit:
          what follows was edited after it was saved, or contradicts itself. See the checks below.
        </p>
      )}
      <div class="uw-review-columns">
        <Section title="What was removed, and why">
          <p data-testid="uw-review-summary">
            {effect !== null && whatWasRemoved(effect, info.names)} {howChosen(manifest)}{" "}
            {effect !== null &&
              sentence(effect, info)
                .map((piece) => piece.text)
                .join("")}
          </p>
          <Reasons manifest={manifest} />
          <p class="uw-muted">Keys: {keysOf(manifest.removed) || "none"}</p>
        </Section>
        <Section title="Predicted effect">
          {effect === null ? (
            <p role="alert">The numbers in this file cannot be read.</p>
          ) : (
            <Numbers effect={effect} names={info.names} prefix="uw-review" />
          )}
          <VerdictLine manifest={manifest} testid="uw-review-verdict" />
        </Section>
        <Section title="Map">
          <MapFigure manifest={manifest} rows={rows} info={info} />
        </Section>
        <Section title="Checks">
          <CheckTable checks={checks} />
        </Section>
        <Section title="Sign-offs">
          <Signoffs manifest={manifest} />
          <SignForm
            hindrance={locked ?? hindranceOf(checks)}
            mismatches={checks === null ? null : mismatches.length}
            sign={sign}
          />
        </Section>
        <Section title="History">
          <Timeline manifest={manifest} />
        </Section>
        {listAt(manifest, "decisions").length > 0 && (
          <Section title="Decisions that stand">
            <Decisions manifest={manifest} />
          </Section>
        )}
        <Section title="People and chain of events">
          <Provenance manifest={manifest} />
        </Section>
        <Section title="Software and data">
          <Facts manifest={manifest} field="software" absent="not said" />
          <Facts manifest={manifest} field="fingerprints" absent="none" />
        </Section>
      </div>
    </>
  );
}

function Section(props: { readonly title: string; readonly children: ComponentChildren }): VNode {
  return (
    <section class="uw-review-section" aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

function Reasons({ manifest }: { readonly manifest: unknown }): VNode | null {
  const reasons = reasonsOf(manifest);
  if (reasons.length === 0) return <p class="uw-muted">No reasons were given record by record.</p>;
  return (
    <ul class="uw-review-reasons" aria-label="Reasons">
      {reasons.slice(0, MOST_REASONS).map(([reason, records]) => (
        <li key={reason}>
          {reason} <span class="uw-muted">({count(records)})</span>
        </li>
      ))}
    </ul>
  );
}

const MOST_REASONS = 20;

/** What was checked, once the page is painted: hashing a large file takes a moment. */
function useChecks(manifest: JsonObject): readonly Check[] | null {
  const [made, setMade] = useState<{ manifest: JsonObject; checks: readonly Check[] } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    afterPaint(() => setMade({ manifest, checks: checkManifest(manifest) }), abort.signal);
    return () => abort.abort();
  }, [manifest]);
  return made?.manifest === manifest ? made.checks : null;
}

function hindranceOf(checks: readonly Check[] | null): string | null {
  const formless = checks?.some(
    ({ name, status }) => (name === "format" || name === "schema") && status === "mismatch",
  );
  return formless === true ? "A file without the form of a manifest cannot be signed." : null;
}

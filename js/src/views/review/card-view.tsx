import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { isObject } from "../../core/canonical";
import { MapFigure } from "./map-figure";
import { Numbers } from "./numbers";
import "./review.css";
import { rowsOf } from "./rows";
import { effectOf, howChosen, infoOf, textAt, whatWasRemoved } from "./subject";
import { VerdictLine } from "./verdict-line";

/** Properties of {@link CardView}. */
export interface CardProps {
  /** A manifest, or the part of one that stands beside a widget. */
  readonly manifest: unknown;
  /** The map as PNG in base64, for sets too large to carry their points. */
  readonly picture?: unknown;
}

/** What a saved notebook shows of a forget set: counts, numbers, verdict, and a map that stands. */
export function CardView({ manifest, picture }: CardProps): VNode {
  const info = useMemo(() => infoOf(manifest), [manifest]);
  const effect = useMemo(() => effectOf(manifest), [manifest]);
  const rows = useMemo(() => {
    try {
      return isObject(manifest) ? rowsOf(manifest) : null;
    } catch {
      return null;
    }
  }, [manifest]);
  return (
    <section class="uw-card" data-testid="uw-card" aria-label="Forget set">
      <h2>{textAt(manifest, ["title"]) || "A forget set without a title"}</h2>
      <p class="uw-muted">As it stood when this cell was run; run it again to go on.</p>
      {effect === null ? (
        <p role="alert">The numbers of this forget set cannot be read.</p>
      ) : (
        <>
          <p>
            {whatWasRemoved(effect, info.names)} {howChosen(manifest)}
          </p>
          <Numbers effect={effect} names={info.names} prefix="uw-card" />
        </>
      )}
      <VerdictLine manifest={manifest} testid="uw-card-verdict" />
      {rows === null && isPicture(picture) ? (
        <img class="uw-card-picture" alt="Map" src={`data:image/png;base64,${picture}`} />
      ) : (
        isObject(manifest) && <MapFigure manifest={manifest} rows={rows} info={info} />
      )}
    </section>
  );
}

function isPicture(held: unknown): held is string {
  return typeof held === "string" && /^[A-Za-z0-9+/=\s]+$/.test(held);
}

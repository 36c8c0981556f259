import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { isObject } from "../../core/canonical";
import { MapFigure } from "./map-figure";
import { Numbers } from "./numbers";
import "./review.css";
import { rowsOf } from "./rows";
import { effectOf, howChosen, infoOf, textAt, whatWasRemoved } from "./subject";
import { VerdictLine } from "./verdict-line";

/** What a saved notebook shows of a forget set: counts, numbers, verdict, and a map that stands. */
export function CardView({ manifest }: { readonly manifest: unknown }): VNode {
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
      <h2>{textAt(manifest, ["title"], "A forget set without a title")}</h2>
      <p class="uw-muted">As it stood when this notebook was saved; run the cell to go on.</p>
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
      {isObject(manifest) && <MapFigure manifest={manifest} rows={rows} info={info} />}
    </section>
  );
}

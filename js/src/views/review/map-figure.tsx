import type { VNode } from "preact";
import { useContext, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { boundsOf, Camera } from "../../core/camera";
import { count, plural } from "../../core/format";
import { plotTheme } from "../../core/palette";
import { createRenderer } from "../../render/renderer";
import { ThemeContext } from "../../ui/theme";
import { canBeDrawn, positionsOf, type Rows } from "./rows";
import type { infoOf } from "./subject";
import type { JsonObject } from "../../core/canonical";

/** Properties of {@link MapFigure}. */
export interface MapFigureProps {
  readonly manifest: JsonObject;
  /** Null where the rows cannot be read. */
  readonly rows: Rows | null;
  readonly info: ReturnType<typeof infoOf>;
}

/** The map of all rows with the removed ones ringed; it stands still. */
export function MapFigure({ manifest, rows, info }: MapFigureProps): VNode {
  const found = useMemo(() => pointsOf(manifest, rows), [manifest, rows]);
  if (typeof found === "string" || rows === null) {
    return <p class="uw-muted">{typeof found === "string" ? found : NO_ROWS}</p>;
  }
  const { names, map } = info;
  const words =
    `Map of ${plural(rows.n, "row")}: ${count(rows.forget.count())} ${names.forget},` +
    ` ${count(rows.retain.count())} ${names.retain}, ${count(rows.removed.count())} removed.`;
  return (
    <figure class="uw-review-map">
      <Points rows={rows} positions={found} aspect={map.aspect} words={words} />
      <figcaption>
        <span class="uw-review-key" data-kind="forget">
          {names.forget}
        </span>
        <span class="uw-review-key" data-kind="retain">
          {names.retain}
        </span>
        <span class="uw-review-key" data-kind="removed">
          removed
        </span>
        <span class="uw-muted">
          {map.name} map: {map.x_label} across, {map.y_label} upwards
          {map.x_ends === null ? "" : ` (${map.x_ends[0]} – ${map.x_ends[1]})`}
        </span>
      </figcaption>
    </figure>
  );
}

interface PointsProps {
  readonly rows: Rows;
  readonly positions: Float32Array;
  readonly aspect: "free" | "equal";
  readonly words: string;
}

function Points({ rows, positions, aspect, words }: PointsProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useContext(ThemeContext).value;
  const [failure, setFailure] = useState<string | null>(null);

  useLayoutEffect(() => {
    const surface = canvas.current;
    if (surface === null) return;
    try {
      // One picture: the graphics contexts of a page are few, and left to the maps that move.
      const renderer = createRenderer(surface, { prefer: "raster" });
      const { codes: domains, removed } = rows;
      renderer.setPoints(positions);
      renderer.setStyle({ domains, removed, theme: plotTheme(theme) });
      renderer.resize(WIDTH, HEIGHT, DENSITY);
      renderer.draw(Camera.fit(boundsOf(positions), WIDTH, HEIGHT, aspect));
      return () => renderer.dispose();
    } catch (error) {
      setFailure((error as Error).message);
      return undefined;
    }
  }, [rows, positions, aspect, theme]);

  if (failure !== null) return <p role="alert">{failure}</p>;
  return <canvas ref={canvas} role="img" aria-label={words} />;
}

function pointsOf(manifest: JsonObject, rows: Rows | null): Float32Array | string {
  if (rows === null) return NO_ROWS;
  try {
    const positions = positionsOf(manifest, rows.n);
    if (positions === null) return "It was saved without the map.";
    return canBeDrawn(positions) ? positions : "Some points of the map lie nowhere.";
  } catch (error) {
    return `The map cannot be read: ${(error as Error).message}`;
  }
}

const NO_ROWS = "The rows cannot be read, so there is no map.";
const WIDTH = 560;
const HEIGHT = 400;
const DENSITY = 2;

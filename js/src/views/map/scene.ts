import { computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { PointIndex } from "../../core/geometry";
import { GridIndex } from "../../core/grid";
import { plotTheme, packColumn, type PlotTheme } from "../../core/palette";
import type { PointStyle } from "../../render/renderer";
import type { LocalStore } from "../../state/local";
import type { SessionStore } from "../../state/session";
import type { Mode } from "../../wire/messages";
import type { Coloring } from "./coloring";
import type { Drawing } from "./drawing";
import { createKeyboardCursor, type KeyboardCursor } from "./keyboard-cursor";
import { whenIdle } from "./idle";
import type { MapTool } from "./keys";
import { followPointers, type PixelPoint, type Pointers } from "./pointers";
import { Stage, type RendererFactory } from "./stage";
import { takeRow } from "./take-row";
import { followWheel } from "./wheel";

/** What a scene is made from. */
export interface SceneParts {
  readonly session: SessionStore;
  readonly local: LocalStore;
  readonly drawing: Drawing;
  readonly coloring: Coloring;
  readonly tool: ReadonlySignal<MapTool>;
  readonly mode: ReadonlySignal<Mode>;
  readonly brushRadius: ReadonlySignal<number>;
  readonly theme: ReadonlySignal<PlotTheme>;
  readonly renderer: RendererFactory;
  readonly say: (words: string) => void;
}

/** The living plot: its stage and everything that listens on it. */
export interface Scene {
  readonly stage: Stage;
  readonly pointers: Pointers;
  readonly cursor: KeyboardCursor;
  /** Row whose record is shown: under the pointer of this map, or under its keyboard cursor. */
  readonly inspected: ReadonlySignal<number | null>;
  /** The keyboard cursor while the plot has the focus. */
  readonly cursorRow: ReadonlySignal<number | null>;
  /** Where the brush would paint. */
  readonly brush: ReadonlySignal<{ readonly at: PixelPoint; readonly radius: number } | null>;
  /** A retained row that was asked for and stays, because it is locked. */
  readonly refused: ReadonlySignal<number | null>;
  readonly wheelHint: ReadonlySignal<boolean>;
  /** Whether a drag moves the map whatever the tool is. */
  readonly moving: Signal<boolean>;
  /** Puts away the nearest thing Escape can mean; says whether there was anything. */
  escape(): boolean;
}

/** Opens the plot inside `plot`; everything ends when `abort` fires. */
export function openScene(plot: HTMLElement, parts: SceneParts, abort: AbortSignal): Scene {
  const { session, local, drawing, coloring, theme } = parts;
  const moving = signal(false);
  const pointer = signal<PixelPoint | null>(null);
  const pointed = signal<number | null>(null);
  const dismissed = signal<number | null>(null);
  const refused = signal<number | null>(null);
  const focused = signal(false);

  const index = computed(() => new PointIndex(session.positions.value));
  const grid = computed(() => new GridIndex(session.positions.value));
  const layout = (): { positions: Float32Array; aspect: "free" | "equal" } => ({
    positions: session.positions.value,
    aspect: session.info.value.map.aspect,
  });

  const colors = computed(() => {
    const column = coloring.column.value;
    return column === null ? null : packColumn(column.data, theme.value);
  });
  const style = computed<PointStyle>(() => ({
    theme: theme.value,
    domains: session.domains.value,
    colors: colors.value,
    visible: null,
    removed: session.removed.value,
    hits: local.hits.value,
  }));
  const stage = new Stage(plot, layout(), style.peek(), parts.renderer, abort);

  const take = (row: number, mode: Mode): void => {
    const taken = takeRow(session, drawing, row, mode);
    const held = !taken && drawing.retain.peek().has(row);
    refused.value = held ? row : null;
    if (held) parts.say(`${session.info.peek().names.retain} rows are locked and kept.`);
  };
  const cursor = createKeyboardCursor(
    {
      session,
      local,
      stage,
      drawing,
      mode: parts.mode,
      index: () => index.value,
      grid: () => grid.value,
      take,
      say: parts.say,
    },
    abort,
  );
  const pointers = followPointers(
    {
      plot,
      stage,
      drawing,
      tool: () => parts.tool.peek(),
      mode: () => parts.mode.peek(),
      brushRadius: () => parts.brushRadius.peek(),
      index: () => index.value,
      nearest: ([px, py], reach) => {
        const camera = stage.camera.peek();
        return grid.value.nearest(...camera.toMap(px, py), camera.kx, camera.ky, reach);
      },
      take,
      hover: (row) => {
        local.hovered.value = pointed.value = row;
      },
      begin: () => {
        refused.value = null;
        pointed.value = local.hovered.value = null;
        cursor.drop();
      },
      pointer,
      moving: () => moving.peek(),
    },
    abort,
  );
  const wheelHint = followWheel(plot, stage, () => pointers.drawing(), abort);

  const cursorRow = computed(() => (focused.value ? local.cursor.value : null));
  const asked = computed(() => pointed.value ?? cursorRow.value);
  const inspected = computed(() => {
    // The record would cover the disc that is being grown.
    const away = asked.value === dismissed.value || cursor.radius.value > 0;
    return away ? null : asked.value;
  });

  const listen = { signal: abort };
  plot.addEventListener("focus", () => (focused.value = true), listen);
  plot.addEventListener(
    "blur",
    () => {
      focused.value = moving.value = false;
      cursor.dropDisc();
    },
    listen,
  );
  // The record floats above the page and would stay behind.
  document.addEventListener("scroll", () => (dismissed.value = asked.peek()), {
    capture: true,
    ...listen,
  });
  // Sorting many points takes a moment: not in the first press.
  plot.addEventListener("pointerenter", () => index.value, { once: true, ...listen });

  const follow = [
    effect(() => {
      const { positions, aspect } = layout();
      // A drag belongs to the points it was begun on.
      pointers.cancel();
      stage.setLayout({ positions, aspect });
    }),
    effect(() => {
      if (session.positions.value.length === 0) return undefined;
      const superseded = new AbortController();
      whenIdle([() => index.peek(), () => grid.peek()], superseded.signal);
      return () => superseded.abort();
    }),
    effect(() => stage.setStyle(style.value)),
    effect(() => {
      const drawn = drawing.draft.value === null ? null : drawing.selection.value;
      stage.setPreview(drawn ?? local.proposed.value);
    }),
    effect(() => {
      // A dismissed tooltip comes back with the next point.
      if (asked.value !== dismissed.peek()) dismissed.value = null;
    }),
    effect(() => {
      const camera = stage.camera.value;
      if (camera.width > 0) plot.dataset.domain = camera.domain().join(",");
    }),
  ];
  abort.addEventListener("abort", () => follow.forEach((stop) => stop()), { once: true });
  stage.measure();

  return {
    stage,
    pointers,
    cursor,
    inspected,
    cursorRow,
    brush: computed(() => {
      const at = pointer.value;
      if (at === null || parts.tool.value !== "brush" || moving.value) return null;
      return { at, radius: parts.brushRadius.value };
    }),
    refused,
    wheelHint,
    moving,
    escape() {
      if (pointers.cancel() || cursor.dropDisc()) return true;
      if (inspected.peek() !== null) {
        dismissed.value = inspected.peek();
        return true;
      }
      return cursor.drop();
    },
  };
}

/** The colours of the plot for the theme around it. */
export function themeColors(theme: ReadonlySignal<"light" | "dark">): ReadonlySignal<PlotTheme> {
  return computed(() => plotTheme(theme.value));
}

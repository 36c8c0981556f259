import { useComputed, type ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Bitset } from "../../core/bitset";
import { count, quantity } from "../../core/format";
import { categoricalColors, sequentialColors, type PlotTheme } from "../../core/palette";
import type { SessionStore } from "../../state/session";
import type { ColourColumn } from "../../wire/messages";
import type { Coloring } from "./coloring";
import type { Drawing } from "./drawing";
import "./legend.css";

/** What the legend explains. */
export interface LegendProps {
  readonly session: SessionStore;
  readonly drawing: Drawing;
  readonly coloring: Coloring;
  readonly hits: ReadonlySignal<Bitset | null>;
  readonly theme: ReadonlySignal<PlotTheme>;
}

/** What the colours mean, and how many rows of each are chosen now, also while a drag goes on. */
export function Legend({ session, drawing, coloring, hits, theme }: LegendProps): VNode {
  const total = useComputed(() => drawing.selection.value.count());
  const column = coloring.column.value;
  const problem = coloring.problem.value;
  const found = hits.value;
  const colors = theme.value;
  return (
    <div class="uw-legend" data-testid="uw-legend">
      {problem !== null && <p class="uw-legend-problem">{problem}</p>}
      {column === null ? (
        <DomainRows session={session} drawing={drawing} theme={colors} />
      ) : (
        <ColumnRows {...column} selection={drawing.selection} theme={colors} />
      )}
      <Row
        testid="uw-legend-removed"
        mark={<Ring color={colors.removed} />}
        label="to remove"
        chosen={total.value}
      />
      {found !== null && (
        <Row
          testid="uw-legend-found"
          mark={<Halo color={colors.hit} />}
          label="found"
          chosen={found.countAnd(drawing.selection.value)}
          of={found.count()}
        />
      )}
    </div>
  );
}

function DomainRows(props: {
  readonly session: SessionStore;
  readonly drawing: Drawing;
  readonly theme: PlotTheme;
}): VNode {
  const { session, drawing, theme } = props;
  const { names, n_forget, n_retain, n_rows } = session.info.value;
  const selection = drawing.selection.value;
  const neither = n_rows - n_forget - n_retain;
  return (
    <>
      <Row
        testid="uw-legend-forget"
        mark={<Dot color={theme.forget} />}
        label={names.forget}
        chosen={selection.countAnd(drawing.forget.value)}
        of={n_forget}
      />
      <Row
        testid="uw-legend-retain"
        mark={<Dot color={theme.retain} />}
        label={names.retain}
        chosen={selection.countAnd(drawing.retain.value)}
        of={n_retain}
      />
      {neither > 0 && (
        <Row
          testid="uw-legend-neither"
          mark={<Dot color={theme.neither} />}
          label="neither"
          chosen={neither}
        />
      )}
    </>
  );
}

function ColumnRows(props: {
  readonly label: string;
  readonly data: ColourColumn;
  readonly selection: ReadonlySignal<Bitset>;
  readonly theme: PlotTheme;
}): VNode {
  const { label, data, selection, theme } = props;
  if (data.kind === "numeric") {
    const stops = sequentialColors(9, theme.name).join(", ");
    return (
      <div class="uw-ramp">
        <span class="uw-legend-title">{label}</span>
        <span
          class="uw-ramp-bar"
          style={{ backgroundImage: `linear-gradient(to right, ${stops})` }}
        />
        <span class="uw-ramp-ends">
          <span>{quantity(data.min)}</span>
          <span>{quantity(data.max)}</span>
        </span>
      </div>
    );
  }
  const colors = categoricalColors(theme.name);
  const chosen = new Uint32Array(256);
  selection.value.forEach((row) => chosen[data.codes[row]!]!++);
  return (
    <>
      <span class="uw-legend-title">{label}</span>
      {data.labels.map((name, code) => (
        <Row
          key={name}
          testid={`uw-legend-category-${code}`}
          mark={<Dot color={colors[code % colors.length]!} />}
          label={name}
          chosen={chosen[code]!}
          of={data.counts[code] ?? 0}
        />
      ))}
    </>
  );
}

function Row(props: {
  readonly testid: string;
  readonly mark: VNode;
  readonly label: string;
  readonly chosen: number;
  readonly of?: number;
}): VNode {
  const { testid, mark, label, chosen, of } = props;
  return (
    <div class="uw-legend-row">
      {mark}
      <span class="uw-legend-label" dir="auto" title={label}>
        {label}
      </span>
      <span
        class="uw-legend-count"
        data-testid={testid}
        data-value={chosen}
        style={{ minWidth: widest(of) }}
      >
        {count(chosen)}
        {of !== undefined && ` / ${count(of)}`}
      </span>
    </div>
  );
}

/** Room for every count that a drag can bring, so that the panel keeps its width. */
function widest(of: number | undefined): string | undefined {
  return of === undefined ? undefined : `calc(${2 * count(of).length + 1}ch + 8px)`;
}

function Dot({ color }: { readonly color: string }): VNode {
  return (
    <svg class="uw-mark" viewBox="-7 -7 14 14" aria-hidden="true">
      <circle r={4} fill={color} />
    </svg>
  );
}

function Ring({ color }: { readonly color: string }): VNode {
  return (
    <svg class="uw-mark" viewBox="-7 -7 14 14" aria-hidden="true">
      <circle r={4.5} fill="none" stroke={color} stroke-width={2} />
    </svg>
  );
}

function Halo({ color }: { readonly color: string }): VNode {
  return (
    <svg class="uw-mark" viewBox="-7 -7 14 14" aria-hidden="true">
      <circle r={5.5} fill="none" stroke={color} stroke-width={2.5} />
    </svg>
  );
}

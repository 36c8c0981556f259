import type { ColourColumn } from "../wire/messages";

/** Light or dark surroundings. */
export type ThemeName = "light" | "dark";

/** Colours of the plot as #rrggbb. Forget and retain differ in lightness as well as in hue. */
export interface PlotTheme {
  readonly name: ThemeName;
  readonly background: string;
  readonly forget: string;
  readonly retain: string;
  readonly neither: string;
  /** Ring of a row to be removed. */
  readonly removed: string;
  /** Ring of a row whose state the ongoing gesture would change. */
  readonly preview: string;
  /** Halo of a search hit. */
  readonly hit: string;
  /** Missing values of a colour column. */
  readonly missing: string;
}

const THEMES: Readonly<Record<ThemeName, PlotTheme>> = {
  light: {
    name: "light",
    background: "#ffffff",
    forget: "#d55e00",
    retain: "#9aa3ad",
    neither: "#d3d7dc",
    removed: "#b1003a",
    preview: "#0b6bcb",
    hit: "#5b2aa8",
    missing: "#d3d7dc",
  },
  dark: {
    name: "dark",
    background: "#171b20",
    forget: "#ff9a52",
    retain: "#7b8794",
    neither: "#434b54",
    removed: "#ff5c8a",
    preview: "#5aa9f7",
    hit: "#f5d04e",
    missing: "#434b54",
  },
};

/** The plot's colours for a theme. */
export function plotTheme(name: ThemeName): PlotTheme {
  return THEMES[name];
}

/** Colours by domain code: neither, retain, forget. */
export function domainColors(theme: PlotTheme): [string, string, string] {
  return [theme.neither, theme.retain, theme.forget];
}

// Okabe and Ito (2008) first, then the members of Tol's muted scheme that differ from them; the
// last labels of a long column are told apart by the legend rather than by colour alone.
const CATEGORICAL: Readonly<Record<ThemeName, readonly string[]>> = {
  light: [
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#332288",
    "#999933",
    "#882255",
    "#117733",
    "#b8ad00",
    "#8a8f96",
  ],
  dark: [
    "#56b4e9",
    "#e69f00",
    "#2fc79a",
    "#e59ac4",
    "#f0e442",
    "#ff8c42",
    "#a99bf0",
    "#c2c25a",
    "#d1699b",
    "#63b56f",
    "#3d8fd1",
    "#8a929b",
  ],
};

/** Twelve colours for the labels of a categorical column, in order. */
export function categoricalColors(theme: ThemeName): readonly string[] {
  return CATEGORICAL[theme];
}

// Cividis (Nunez, Anderton, Renslow 2018), read alike with and without colour blindness. Each theme
// leaves out the end that would sink into its background.
const CIVIDIS = [
  "#00224e",
  "#123570",
  "#3b496c",
  "#575d6d",
  "#707173",
  "#8a8678",
  "#a59c74",
  "#c3b369",
  "#e1cc55",
  "#fee838",
];
const SEQUENTIAL_RANGE: Readonly<Record<ThemeName, readonly [number, number]>> = {
  light: [0, 0.88],
  dark: [0.22, 1],
};

/** Colour of a share `t` in 0..1 of a numeric column, as #rrggbb. */
export function sequentialColor(t: number, theme: ThemeName): string {
  const [low, high] = SEQUENTIAL_RANGE[theme];
  const at = (low + Math.min(1, Math.max(0, t)) * (high - low)) * (CIVIDIS.length - 1);
  const k = Math.min(CIVIDIS.length - 2, Math.floor(at));
  const from = channels(CIVIDIS[k]!);
  const to = channels(CIVIDIS[k + 1]!);
  const mixed = from.map((c, i) => Math.round(c + (to[i]! - c) * (at - k)));
  return "#" + mixed.map((c) => c.toString(16).padStart(2, "0")).join("");
}

/** `steps` evenly spaced sequential colours, for a legend. */
export function sequentialColors(steps: number, theme: ThemeName): string[] {
  return Array.from({ length: steps }, (_, k) =>
    sequentialColor(k / Math.max(1, steps - 1), theme),
  );
}

/** #rrggbb as one number whose bytes in memory are r, g, b, 255. */
export function packColor(color: string): number {
  const [r, g, b] = channels(color);
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}

/** One packed colour per row of a column; missing values get the theme's colour for them. */
export function packColumn(column: ColourColumn, theme: PlotTheme): Uint32Array {
  const missing = packColor(theme.missing);
  if (column.kind === "categorical") {
    const palette = categoricalColors(theme.name).map(packColor);
    return Uint32Array.from(column.codes, (code) =>
      code === 255 ? missing : palette[code % palette.length]!,
    );
  }
  const ramp = Uint32Array.from(sequentialColors(256, theme.name), packColor);
  const { values, min, max } = column;
  const scale = max > min ? 255 / (max - min) : 0;
  const colors = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const step = Math.min(255, Math.max(0, Math.round((value - min) * scale)));
    colors[i] = Number.isNaN(value) ? missing : ramp[Number.isNaN(step) ? 0 : step]!;
  }
  return colors;
}

function channels(color: string): [number, number, number] {
  const value = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (value === undefined) throw new RangeError(`color: expected #rrggbb, got ${color}.`);
  const rgb = Number.parseInt(value, 16);
  return [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
}

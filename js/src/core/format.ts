const MINUS = "\u2212";
const NARROW = "\u202f";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** The shortest text that parses to the same float64; "inf", "-inf" and "nan" as Python spells them. */
export function dataValue(value: number | null): string {
  if (value === null || Number.isNaN(value)) return "nan";
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function scientific(value: number, digits = 2): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(digits).split("e");
  const power = exponent.replace("+", "").replace("-", "⁻");
  const raised = power.replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? digit);
  return `${mantissa.replace("-", MINUS)}×10${raised}`;
}

/** A number with `decimals` decimals, thousands separators and a true minus sign. */
export function fixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (Math.abs(value) >= 1e7) return scientific(value);
  const [whole = "0", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const text = fraction === undefined ? group(whole) : `${group(whole)}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
}

/** A whole number with thousands separators. */
export function count(value: number): string {
  return fixed(value, 0);
}

/** "1 row", "2 rows": a count with the noun that fits it. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share in 0..1 as a percentage that reads 0 % or 100 % only when it is exactly that. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const value = share * 100;
  const shown = value > 0 && value < 0.1 ? "<0.1" : value < 100 && value > 99.9 ? ">99.9" : null;
  return `${shown ?? fixed(value, value === 0 || value === 100 ? 0 : 1)}${NARROW}%`;
}

function decimalsFor(magnitude: number): number {
  if (magnitude === 0 || !Number.isFinite(magnitude)) return 3;
  return Math.min(3, Math.max(0, 4 - Math.floor(Math.log10(magnitude))));
}

/** A single number at reading precision: three decimals, or what small values need to be seen. */
export function quantity(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < 1e-4) return scientific(value, 1);
  const decimals = size > 0 && size < 0.01 ? 1 - Math.floor(Math.log10(size)) : decimalsFor(size);
  return fixed(value, decimals);
}

/** A number with an explicit plus sign when it is positive. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text;
}

/** Texts of a value before and after an edit, and of their difference. */
export interface ChangeText {
  readonly before: string;
  readonly after: string;
  readonly change: string;
}

/** More digits of before and after than this push other text off their line. */
const DIGITS = 6;

/** Whether before and after differ by no more than what float64 arithmetic leaves behind. */
export function negligible(before: number, after: number): boolean {
  const change = Math.abs(after - before);
  return change <= 1e-12 * Math.max(1, Math.abs(before), Math.abs(after)) && change < Infinity;
}

/** Before, after and their difference, with the decimals that a small difference needs to be seen. */
export function changeText(before: number, after: number): ChangeText {
  const change = negligible(before, after) ? 0 : after - before;
  const sizes = [before, after].filter(Number.isFinite).map(Math.abs);
  let decimals = decimalsFor(Math.max(0, ...sizes));
  const least = Math.min(...sizes.filter((size) => size > 0));
  if (least < 0.01) decimals = Math.max(decimals, Math.min(5, 1 - Math.floor(Math.log10(least))));
  const small = Math.abs(change);
  if (small > 0 && Number.isFinite(small)) {
    decimals = Math.min(6, Math.max(decimals, 1 - Math.floor(Math.log10(small))));
  }
  const hidden = small > 0 && Number(small.toFixed(decimals)) === 0;
  const difference = Number.isNaN(change)
    ? "no change"
    : hidden
      ? `${change > 0 ? "+" : ""}${scientific(change)}`
      : signed(change, decimals);
  const whole = Math.floor(Math.log10(Math.max(1, ...sizes))) + 1;
  const readable = Math.min(decimals, Math.max(2, DIGITS - whole));
  return { before: fixed(before, readable), after: fixed(after, readable), change: difference };
}

import { Bitset } from "../core/bitset";
import { decodeNumber, toFloat32, toUint8 } from "../wire/codecs";
import type { ColourColumn, RecordDetail, RecordRow, RecordsPage, Reply } from "../wire/messages";

/** A page of records with its scores as numbers. */
export function decodePage({ total, rows }: Reply<"records">): RecordsPage {
  return { total, rows: rows.map((row) => withScore(row) as unknown as RecordRow) };
}

/** One record with its score as a number. */
export function decodeRecord({ buffers: _, ...reply }: Reply<"record">): RecordDetail {
  return withScore(reply) as unknown as RecordDetail;
}

/** The rows of a search. */
export function decodeHits({ buffers }: Reply<"search">, n: number): Bitset {
  return Bitset.fromBytes(toUint8(buffers[0]), n);
}

/** The values of a colour column. */
export function decodeColumn({ column, buffers }: Reply<"column">): ColourColumn {
  if (column.kind === "categorical") return { ...column, codes: toUint8(buffers[0]) };
  return {
    kind: "numeric",
    values: toFloat32(buffers[0]),
    min: decodeNumber(column.min),
    max: decodeNumber(column.max),
  };
}

function withScore(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...row, score: decodeNumber(row.score) };
}

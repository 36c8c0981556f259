import { Bitset } from "../../core/bitset";
import type { SessionStore } from "../../state/session";
import type { Mode } from "../../wire/messages";
import type { Drawing } from "./drawing";
import { pointGesture } from "./shapes";

/** Takes one row in the given mode; a row that the lock keeps changes nothing and gives false. */
export function takeRow(session: SessionStore, drawing: Drawing, row: number, mode: Mode): boolean {
  if (!drawing.eligible.peek().has(row)) return false;
  const positions = session.positions.peek();
  drawing.commit(pointGesture(positions, row, mode), Bitset.of(positions.length >> 1, [row]));
  return true;
}

/** What the text of a JSON object shows before and beside its parsed value. */
export interface JsonScan {
  /** The deepest level of nesting. */
  readonly depth: number;
  /** A name that stands twice in one object, of which readers believe different ones. */
  readonly twice: string | null;
  /** Where the value of each member of the outermost object begins and ends. */
  readonly spans: ReadonlyMap<string, readonly [start: number, end: number]>;
}

interface Level {
  /** Names so far; null inside an array. */
  readonly names: Set<string> | null;
  name: string | null;
}

/**
 * Walk over a text that is JSON, without recursion. What it finds for other texts means nothing:
 * parse the text too. Stops where it is nested more than `deepest` levels.
 */
export function scanJson(text: string, deepest: number): JsonScan {
  const levels: Level[] = [];
  const spans = new Map<string, [number, number]>();
  let depth = 0;
  let twice: string | null = null;
  let start = -1;

  const close = (end: number): void => {
    if (levels.length !== 1) return;
    const name = levels[0]?.name;
    if (start >= 0 && typeof name === "string") {
      spans.set(name, [start, start + text.slice(start, end).trimEnd().length]);
    }
    start = -1;
  };

  for (let at = 0; at < text.length; at++) {
    const level = levels.at(-1);
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfText(text, at);
        if (level !== undefined && level.names !== null && level.name === null) {
          level.name = JSON.parse(text.slice(at, end)) as string;
          if (level.names.has(level.name)) twice ??= level.name;
          level.names.add(level.name);
        }
        at = end - 1;
        break;
      }
      case COLON:
        if (levels.length === 1) start = at + 1 + spaceAfter(text, at + 1);
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        levels.push({ names: text[at] === "{" ? new Set() : null, name: null });
        depth = Math.max(depth, levels.length);
        if (depth > deepest) return { depth, twice, spans };
        break;
      case COMMA:
        close(at);
        if (level !== undefined) level.name = null;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        close(at);
        levels.pop();
        break;
    }
  }
  return { depth, twice, spans };
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const BACKSLASH = 92;

/** The place after the closing quote of the text that opens at `start`. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function spaceAfter(text: string, at: number): number {
  let length = 0;
  while (/\s/.test(text[at + length] ?? "")) length++;
  return length;
}

import type { SessionStore } from "../../state/session";
import type { RuleTable, RuleTableQuery } from "../../wire/messages";

/** Milliseconds from one table of rules to the next while something is moved. */
const INTERVAL = 50;

/** Asks for the table of the newest query, one at a time and no more often than can be read. */
export function newestTable(
  session: SessionStore,
  abort: AbortSignal,
  receive: (table: RuleTable) => void,
): (query: RuleTableQuery) => void {
  let busy = false;
  let next: RuleTableQuery | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  abort.addEventListener("abort", () => clearTimeout(timer), { once: true });
  const run = async (query: RuleTableQuery): Promise<void> => {
    busy = true;
    try {
      receive(await session.ruleTable(query, abort));
    } catch {
      // The session's error says why; the table keeps what it last heard.
    }
    if (abort.aborted) return;
    timer = setTimeout(() => {
      busy = false;
      const waiting = next;
      next = null;
      if (waiting !== null) void run(waiting);
    }, INTERVAL);
  };
  return (query) => {
    if (busy) next = query;
    else void run(query);
  };
}

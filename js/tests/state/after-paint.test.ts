import { describe, expect, it, vi } from "vitest";
import { followPainted, painted } from "../../src/state/after-paint";
import { stubSession } from "../ui/stub-session";

describe("what follows a frame behind", () => {
  it("changes once the frame is painted, to the newest, all at once", async () => {
    const abort = new AbortController();
    const session = stubSession({ n_removed: 0 });
    const standing = followPainted(session, abort.signal);
    const seen: number[] = [];
    standing.effect.subscribe(({ rev }) => seen.push(rev));
    const first = session.effect.value;
    session.effect.value = { ...first, rev: first.rev + 1 };
    session.effect.value = { ...first, rev: first.rev + 2 };
    expect(standing.effect.value).toBe(first);
    await painted(abort.signal);
    await painted(abort.signal);
    expect(seen).toEqual([first.rev, first.rev + 2]);
  });

  it("follows where no frame is painted", async () => {
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    vi.stubGlobal("requestAnimationFrame", () => 0);
    const abort = new AbortController();
    const session = stubSession({ n_removed: 0 });
    const standing = followPainted(session, abort.signal);
    const next = { ...session.status.value, can_undo: !session.status.value.can_undo };
    session.status.value = next;
    await painted(abort.signal);
    expect(standing.status.value).toBe(next);
  });

  it("ends with its view", async () => {
    const abort = new AbortController();
    const session = stubSession({ n_removed: 0 });
    const standing = followPainted(session, abort.signal);
    const first = standing.effect.value;
    session.effect.value = { ...first, rev: first.rev + 1 };
    abort.abort();
    await painted(new AbortController().signal);
    await painted(new AbortController().signal);
    expect(standing.effect.value).toBe(first);
  });
});

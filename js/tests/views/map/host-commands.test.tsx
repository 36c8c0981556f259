import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Bitset } from "../../../src/core/bitset";
import { hostCommandEvent } from "../../../src/ui/host-commands";
import { FakeBrowser, gridSession, openMap } from "./plot-fixture";

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
  Element.prototype.scrollIntoView = vi.fn();
});

async function opened(removed: readonly number[] = []) {
  const session = gridSession();
  const chosen = new Bitset(session.domains.value.length);
  for (const row of removed) chosen.set(row, true);
  session.removed.value = chosen;
  const map = await openMap(browser, {}, session);
  const root = map.plot.closest(".uw-root")!;
  const tell = async (command: unknown): Promise<boolean> => {
    const event = hostCommandEvent(command as "focus-map");
    await act(() => void root.dispatchEvent(event));
    await act(() => browser.frame());
    return event.defaultPrevented;
  };
  return { ...map, session, tell };
}

describe("commands of the host on the map", () => {
  it("bring the keyboard there", async () => {
    const { plot, tell, local } = await opened();
    expect(await tell("focus-map")).toBe(true);
    expect(document.activeElement).toBe(plot);
    expect(local.cursor.value).toBeNull();
  });

  it("walk through the chosen rows and round their ends", async () => {
    const { tell, local } = await opened([7, 30, 99]);
    const seen: (number | null)[] = [];
    for (const way of ["next", "next", "next", "next", "previous", "previous"]) {
      await tell(`${way}-record`);
      seen.push(local.cursor.value);
    }
    expect(seen).toEqual([7, 30, 99, 7, 99, 30]);
  });

  it("begin with the last row on the way back", async () => {
    const { tell, local } = await opened([7, 30, 99]);
    await tell("previous-record");
    expect(local.cursor.value).toBe(99);
  });

  it("walk through the unwanted domain where nothing is chosen", async () => {
    const { tell, local, session } = await opened();
    const forget = [...session.domains.value.keys()].filter(
      (row) => session.domains.value[row] === 2,
    );
    await tell("next-record");
    expect(local.cursor.value).toBe(forget[0]);
    await tell("previous-record");
    expect(local.cursor.value).toBe(forget.at(-1));
  });

  it("choose nothing, and mean nothing that is not known", async () => {
    const { tell, session } = await opened([7]);
    await tell("next-record");
    expect(await tell("delete-all")).toBe(false);
    expect(session.commit).not.toHaveBeenCalled();
  });
});

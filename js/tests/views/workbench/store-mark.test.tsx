import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";
import { StoreMark } from "../../../src/views/workbench/store-mark";
import type { StoreState } from "../../../src/wire/messages";
import { mount } from "../../ui/mount";
import { hook, stubSession } from "../../ui/stub-session";

async function open(store?: Partial<StoreState>) {
  const session = stubSession();
  const known: StoreState = {
    name: "day.forgetset",
    state: "stored",
    who: "ana",
    notices: [],
    ...store,
  };
  if (store !== undefined) session.status.value = { ...session.status.value, store: known };
  return { session, known, root: await mount(<StoreMark session={session} />) };
}

describe("where decisions are kept", () => {
  it("says nothing without a store", async () => {
    expect((await open()).root.textContent).toBe("");
    expect((await open({ name: null, state: "memory" })).root.textContent).toBe("");
  });

  it("names the file, and says while it is being compared", async () => {
    const { session, known, root } = await open({ state: "checking" });
    expect(root.textContent).toBe("checking…");
    await act(() => {
      session.status.value = { ...session.status.value, store: { ...known, state: "stored" } };
    });
    expect(hook(root, "uw-store").dataset).toMatchObject({ state: "stored", wrong: "false" });
    expect(root.textContent).toBe("stored");
  });

  it("warns of what does not fit, as text", async () => {
    const notices = ["X: the <b>embeddings</b> differ."];
    const { root } = await open({ notices });
    expect(hook(root, "uw-store").dataset.wrong).toBe("true");
    expect(root.querySelector("b")).toBeNull();
    const term = root.querySelector(".uw-term")!;
    expect(term.textContent).toBe("store does not fit");
    expect(term.getAttribute("aria-description")).toContain("X: the <b>embeddings</b> differ.");
    expect(term.getAttribute("aria-description")).toContain("day.forgetset: Every change");
    expect((await open({ state: "read-only" })).root.textContent).toBe("read-only");
  });
});

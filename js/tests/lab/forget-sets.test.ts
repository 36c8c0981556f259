import { afterEach, describe, expect, test, vi } from "vitest";
import { ForgetSets } from "../../src/lab/sessions/forget-sets";
import { Notebooks } from "../../src/lab/sessions/notebooks";
import type { Place } from "../../src/views/panel/panel-model";
import { FakeContext, FakeKernel, FakeLab, fakePanel, told } from "./fake-lab";

afterEach(() => document.body.replaceChildren());

const CELLS = [{ id: "cell-0" }, { id: "cell-1", shows: "view-s" }];

function open(kernel: FakeKernel | null, cells = CELLS) {
  const lab = new FakeLab();
  const sets = new ForgetSets(lab.app, new Notebooks(lab.app));
  const context = new FakeContext(kernel);
  const panel = fakePanel("panel-1", cells);
  const opened = lab.open(panel, context);
  return { lab, sets, context, panel, opened };
}

function ids(place: Place, which: "sessions" | "behind" = "sessions"): string[] {
  return place.state === "live" ? place[which].map(({ id }) => id) : [place.state];
}

async function settled(check: () => void): Promise<void> {
  await vi.waitFor(check, { interval: 2 });
}

function kernelWith(...sessions: Record<string, unknown>[]): FakeKernel {
  const kernel = new FakeKernel();
  kernel.sessions = sessions;
  return kernel;
}

describe("what is listed", () => {
  test("nothing without a notebook", () => {
    const lab = new FakeLab();
    const sets = new ForgetSets(lab.app, new Notebooks(lab.app));
    expect(sets.place.value).toEqual({ state: "no-notebook" });
    expect(sets.current.value).toBeNull();
  });

  test("the sessions that a kernel had before the page was loaded", async () => {
    const { sets } = open(kernelWith(told("s")));
    expect(sets.place.value.state).toBe("asking");
    await settled(() => expect(ids(sets.place.value)).toEqual(["s"]));
    expect(sets.current.value?.effect.n_removed).toBeTypeOf("number");
  });

  test("nothing in a kernel without the package, which is never written to", async () => {
    const kernel = kernelWith(told("s"));
    kernel.hasChannel = false;
    const { sets } = open(kernel);
    await settled(() => expect(ids(sets.place.value)).toEqual([]));
    kernel.openWidget("ipywidgets.IntSlider");
    expect(kernel.asked).toEqual([]);
    kernel.openWidget();
    await settled(() => expect(ids(sets.place.value)).toEqual(["s"]));
  });

  test("a change as it comes, and no session that was closed", async () => {
    const kernel = kernelWith(told("s"));
    const { sets } = open(kernel);
    await settled(() => expect(ids(sets.place.value)).toEqual(["s"]));
    kernel.say({ kind: "changed", session: told("s", { rev: 9 }) });
    expect(sets.current.value?.rev).toBe(9);
    kernel.say({ kind: "changed", session: told("t", { n: 2, views: [], cell: null }) });
    expect(ids(sets.place.value)).toEqual(["t", "s"]);
    kernel.say({ kind: "closed", session: "t" });
    expect(ids(sets.place.value)).toEqual(["s"]);
  });

  test.each([
    ["a number that is missing", { effect: { n_removed: 3 } }],
    ["an id that is none", { id: 7 }],
    ["views that are none", { views: "all" }],
    ["another version", {}],
  ])("nothing of a message with %s", async (name, more) => {
    const kernel = kernelWith();
    const { sets } = open(kernel);
    await settled(() => expect(sets.place.value.state).toBe("live"));
    const v = name === "another version" ? 2 : 1;
    kernel.say({ v, kind: "changed", session: told("s", more) });
    expect(ids(sets.place.value)).toEqual([]);
  });

  test("what a cell was run again for stands apart", async () => {
    const kernel = kernelWith(
      told("old", { n: 1 }),
      told("s", { n: 2 }),
      told("code", { n: 3, views: [], cell: "cell-0" }),
      told("code-again", { n: 4, views: [], cell: "cell-0" }),
    );
    const { sets } = open(kernel);
    await settled(() => expect(ids(sets.place.value)).toEqual(["code-again", "s"]));
    expect(ids(sets.place.value, "behind")).toEqual(["code", "old"]);
  });

  test("a view inside of a box is shown", async () => {
    const kernel = kernelWith(told("s", { views: ["inner"] }));
    const { sets, panel } = open(kernel, [{ id: "cell-1", shows: "box" }]);
    const view = document.createElement("div");
    view.dataset.uwSession = "s";
    panel.content.widgets[0]!.node.append(view);
    await settled(() => expect(ids(sets.place.value)).toEqual(["s"]));
    expect(ids(sets.place.value, "behind")).toEqual([]);
  });
});

describe("the kernel", () => {
  test.each([
    ["restarting", "starting"],
    ["autorestarting", "starting"],
    ["dead", "dead"],
  ])("%s: nothing of it is left", async (status, state) => {
    const kernel = kernelWith(told("s"));
    const { sets } = open(kernel);
    await settled(() => expect(ids(sets.place.value)).toEqual(["s"]));
    kernel.become(status);
    expect(sets.place.value.state).toBe(state);
    kernel.become("idle");
    expect(ids(sets.place.value)).toEqual([]);
    kernel.sessions = [told("again", { views: ["view-s"] })];
    kernel.openWidget();
    await settled(() => expect(sets.current.value?.id).toBe("again"));
  });

  test("none, and one chosen later", async () => {
    const { sets, context } = open(null);
    expect(sets.place.value).toEqual({ state: "none" });
    context.change(kernelWith(told("s")));
    await settled(() => expect(ids(sets.place.value)).toEqual(["s"]));
    context.change(null);
    expect(sets.place.value).toEqual({ state: "none" });
  });

  test("of another language", async () => {
    const { sets } = open(new FakeKernel("kernel-r", "R"));
    await settled(() => expect(sets.place.value).toEqual({ state: "foreign", language: "R" }));
  });

  test("of two notebooks: both list its sessions, though one connection handles comms", async () => {
    const kernel = kernelWith(told("s"));
    const { lab, sets, panel } = open(kernel);
    const second = new FakeKernel(kernel.id);
    second.handleComms = false;
    const other = fakePanel("panel-2", [{ id: "cell-9" }]);
    lab.open(other, new FakeContext(second), "c.ipynb");
    await settled(() => expect(ids(sets.place.value)).toEqual(["s"]));
    await sets.reveal(sets.current.value!);
    expect(lab.activated).toEqual(["panel-1"]);
    expect(panel.content.activeCellIndex).toBe(1);
  });

  test("whose comms another tab handles says so", () => {
    const kernel = new FakeKernel();
    kernel.handleComms = false;
    expect(open(kernel).sets.place.value).toEqual({ state: "elsewhere" });
  });

  test("follows the notebook in front, and keeps it while something else is", async () => {
    const { lab, sets, panel, opened } = open(kernelWith(told("s")));
    await settled(() => expect(ids(sets.place.value)).toEqual(["s"]));
    const second = new FakeKernel("kernel-2");
    second.sessions = [told("t", { cell: null, views: [] })];
    const other = fakePanel("panel-2", []);
    const closed = lab.open(other, new FakeContext(second));
    await settled(() => expect(ids(sets.place.value)).toEqual(["t"]));
    lab.activate({ id: "a terminal" });
    expect(ids(sets.place.value)).toEqual(["t"]);
    lab.activate(panel);
    expect(ids(sets.place.value)).toEqual(["s"]);
    opened.dispose();
    expect(ids(sets.place.value)).toEqual(["t"]);
    closed.dispose();
    expect(sets.place.value.state).toBe("no-notebook");
  });
});

describe("what can be done", () => {
  async function shown(...sessions: Record<string, unknown>[]) {
    const kernel = kernelWith(...sessions);
    const opened = open(kernel);
    await settled(() => expect(opened.sets.current.value).not.toBeNull());
    return { ...opened, kernel, session: opened.sets.current.value! };
  }

  test("undo and redo", async () => {
    const { sets, kernel, session } = await shown(told("s"));
    await sets.undo(session);
    await sets.redo(session);
    expect(kernel.asked.slice(1)).toMatchObject([
      { kind: "command", session: "s", name: "undo" },
      { kind: "command", session: "s", name: "redo" },
    ]);
  });

  test("a refusal is told in the kernel's words", async () => {
    const { sets, kernel, session } = await shown(told("s"));
    const error = { type: "ValueError", message: "There is nothing to undo." };
    kernel.answer = () => ({ ok: false, error });
    await sets.undo(session);
    expect(sets.refusal.value).toEqual({ session: "s", words: "There is nothing to undo." });
  });

  test("a manifest is named, saved and reviewed", async () => {
    const { lab, sets, kernel, session } = await shown(told("s", { title: "Ürgent: spam/ham" }));
    lab.files.add("a/urgent-spam-ham.forget.json");
    await sets.review(session);
    expect(sets.draft.value).toMatchObject({ name: "urgent-spam-ham.forget.json", review: true });
    kernel.answer = ({ name }) => ({ ok: true, saved: true, path: `/home/me/a/${String(name)}` });
    await sets.finishSaving("urgent-spam-ham.forget.json", false);
    expect(sets.draft.value).toBeNull();
    expect(lab.executed).toEqual([
      [
        "docmanager:open",
        { path: "a/urgent-spam-ham.forget.json", factory: "Forget set review" },
      ],
    ]);
  });

  test("a file that is there is replaced only when told", async () => {
    const { sets, kernel, session } = await shown(told("s"));
    kernel.answer = ({ replace }) => ({ ok: true, saved: replace, path: "/x/a.forget.json" });
    sets.startSaving(session);
    await sets.finishSaving("a.forget.json", false);
    expect(sets.draft.value).toMatchObject({ name: "a.forget.json", taken: true, busy: false });
    await sets.finishSaving("a.forget.json", true);
    expect(sets.draft.value).toBeNull();
  });

  test("a refusal to save keeps the name that was typed", async () => {
    const { sets, kernel, session } = await shown(told("s"));
    kernel.answer = () => ({ ok: false, error: { type: "OSError", message: "No space left." } });
    sets.startSaving(session);
    await sets.finishSaving("a.forget.json", false);
    expect(sets.draft.value).toMatchObject({ name: "a.forget.json", taken: false, busy: false });
    expect(sets.refusal.value?.words).toBe("No space left.");
  });

  test("a manifest that is current opens at once; one outside of the server says where it is", async () => {
    const manifest = { name: "s.forget.json", path: "/tmp/s.forget.json", current: true };
    const { lab, sets, session } = await shown(told("s", { manifest }));
    await sets.review(session);
    expect(lab.executed).toEqual([]);
    expect(sets.refusal.value?.words).toContain("/tmp/s.forget.json");
    lab.files.add("a/s.forget.json");
    await sets.review(session);
    expect(lab.executed).toHaveLength(1);
  });

  test("the cell that made it is shown where no cell shows a view of it", async () => {
    const { sets, panel, session } = await shown(told("s", { views: [], cell: "cell-0" }));
    await sets.reveal(session);
    expect(panel.content.activeCellIndex).toBe(0);
    expect(panel.content.scrolled).toBe(panel.content.widgets[0]);
    await sets.reveal({ ...session, cell: "gone" });
    expect(sets.refusal.value?.session).toBe("s");
  });
});

describe("commands for views", () => {
  /** A view in a cell, and what it was told. */
  function view(node: HTMLElement, session: string, does: readonly string[] = []): string[] {
    const heard: string[] = [];
    const root = document.createElement("div");
    root.className = "uw-root";
    root.dataset.uwSession = session;
    root.tabIndex = 0;
    root.getClientRects = () => [{}] as unknown as DOMRectList;
    const hear = (event: Event): void => {
      const { name } = (event as CustomEvent<{ name: string }>).detail;
      heard.push(name);
      if (does.includes(name)) event.preventDefault();
    };
    root.addEventListener("uw-command", hear, { signal: new AbortController().signal });
    node.append(root);
    return heard;
  }

  test("reach the first view that carries them out", async () => {
    const kernel = kernelWith(told("s"));
    const { sets, panel } = open(kernel);
    await settled(() => expect(sets.current.value).not.toBeNull());
    const cell = panel.content.widgets[1]!.node;
    const table = view(cell, "s");
    const map = view(cell, "s", ["focus-map"]);
    const other = view(cell, "t", ["focus-map"]);
    expect(await sets.send("focus-map")).toBe(true);
    expect([table, map, other]).toEqual([["focus-map"], ["focus-map"], []]);
    expect(await sets.send("next-record")).toBe(false);
  });

  test("the view with the keyboard comes first, and its session is the one in use", async () => {
    const kernel = kernelWith(told("s"), told("t", { n: 2, cell: "cell-0", views: ["view-t"] }));
    const { sets, panel } = open(kernel, [
      { id: "cell-0", shows: "view-t" },
      { id: "cell-1", shows: "view-s" },
    ]);
    await settled(() => expect(sets.current.value?.id).toBe("t"));
    const first = view(panel.content.widgets[0]!.node, "t", ["next-record"]);
    const second = view(panel.content.widgets[1]!.node, "s", ["next-record"]);
    panel.content.widgets[1]!.node.querySelector<HTMLElement>(".uw-root")!.focus();
    expect(sets.current.value?.id).toBe("s");
    await sets.send("next-record");
    expect([first, second]).toEqual([[], ["next-record"]]);
  });
});

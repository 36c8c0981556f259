import { signal } from "@preact/signals";
import { act } from "preact/test-utils";
import { describe, expect, test, vi } from "vitest";
import type { Words } from "../../../src/ui/words";
import type { Draft, HostActions, Place, Refusal } from "../../../src/views/panel/panel-model";
import { PanelView } from "../../../src/views/panel/panel-view";
import type { LiveSession } from "../../../src/wire/live-messages";
import { click, mount, press } from "../../ui/mount";
import { hook, VALUES } from "../../ui/stub-session";

const WORDS: Words = {
  __: (text, ...args) => text.replace(/%(\d)/g, (_, n: string) => String(args[Number(n) - 1])),
  _n: (one, many, n, ...args) => WORDS.__(n === 1 ? one : many, ...args),
};

function live(id: string, more: Partial<LiveSession> = {}): LiveSession {
  return {
    id,
    n: 1,
    title: `Set ${id}`,
    names: { forget: "spam", retain: "ham" },
    rev: 4,
    effect: VALUES,
    undo_label: "lasso",
    redo_label: null,
    store: { name: null, state: "memory" },
    manifest: null,
    views: [],
    cell: null,
    ...more,
  };
}

function shown(sessions: LiveSession[], behind: LiveSession[] = []): Place {
  return { state: "live", sessions, behind };
}

async function open(place: Place) {
  const model = {
    place: signal(place),
    current: signal<LiveSession | null>(null),
    draft: signal<Draft | null>(null),
    refusal: signal<Refusal | null>(null),
    undo: vi.fn(async () => {}),
    redo: vi.fn(async () => {}),
    reveal: vi.fn(async () => {}),
    review: vi.fn(async () => {}),
    startSaving: vi.fn(),
    finishSaving: vi.fn(async () => {}),
    cancelSaving: vi.fn(),
  };
  const host = {
    openTutorial: vi.fn(),
    chooseKernel: vi.fn(),
    restartKernel: vi.fn(),
  } satisfies HostActions;
  const el = await mount(<PanelView model={model} host={host} words={WORDS} />);
  return { el, model, host };
}

describe("a forget set", () => {
  test("shows its counts, its numbers and where it is kept", async () => {
    const { el } = await open(shown([live("s")]));
    expect(hook(el, "uw-panel-n-removed").dataset.value).toBe(String(VALUES.n_removed));
    expect(hook(el, "uw-panel-alpha").dataset.value).toBe(String(VALUES.alpha));
    expect(hook(el, "uw-panel-epsilon-before").dataset.value).toBe(String(VALUES.epsilon_before));
    expect(hook(el, "uw-panel-alpha").dataset.rev).toBe("4");
    expect(hook(el, "uw-panel-store").textContent).toBe("not stored");
    expect(hook(el, "uw-panel-manifest").textContent).toBe("No manifest saved yet");
  });

  test.each([
    ["stored", "stored"],
    ["read-only", "read-only"],
    ["checking", "checking…"],
  ] as const)("whose store is %s says so", async (state, word) => {
    const { el } = await open(shown([live("s", { store: { name: "a.forgetset", state } })]));
    expect(hook(el, "uw-panel-store").textContent).toBe(word);
    expect(hook(el, "uw-panel-store").title).toContain("a.forgetset");
  });

  test("tells when its manifest is older than it", async () => {
    const manifest = { name: "s.forget.json", path: "/s.forget.json", current: false };
    const { el, model } = await open(shown([live("s", { manifest })]));
    expect(hook(el, "uw-panel-manifest").textContent).toBe("Changed since s.forget.json was saved");
    const saved = live("s", { manifest: { ...manifest, current: true } });
    await act(() => void (model.place.value = shown([saved])));
    expect(hook(el, "uw-panel-manifest").textContent).toBe("Manifest: s.forget.json");
  });

  test("acts", async () => {
    const session = live("s");
    const { el, model } = await open(shown([session]));
    for (const name of ["reveal", "undo", "save", "review"] as const) {
      await click(hook(el, `uw-panel-${name}`));
    }
    for (const done of [model.reveal, model.undo, model.startSaving, model.review]) {
      expect(done).toHaveBeenCalledExactlyOnceWith(session);
    }
    expect((hook(el, "uw-panel-redo") as HTMLButtonElement).disabled).toBe(true);
  });

  test("titles are text", async () => {
    const title = "<img src=x onerror=alert(1)>";
    const { el } = await open(shown([live("s", { title })]));
    expect(el.querySelector("img")).toBeNull();
    expect(el.querySelector("h3")?.textContent).toBe(title);
  });

  test("a refusal stands at its own set", async () => {
    const { el, model } = await open(shown([live("s"), live("t")]));
    await act(() => void (model.refusal.value = { session: "t", words: "No space left." }));
    const [first, second] = el.querySelectorAll("[data-testid=uw-panel-session]");
    expect(first?.querySelector("[role=alert]")).toBeNull();
    expect(second?.querySelector("[role=alert]")?.textContent).toBe("No space left.");
  });

  test("those that no cell shows stand behind a line", async () => {
    const { el } = await open(shown([live("s")], [live("a"), live("b")]));
    const details = hook(el, "uw-panel-behind") as HTMLDetailsElement;
    expect(details.open).toBe(false);
    expect(details.querySelector("summary")?.textContent).toBe(
      "2 sets that no cell shows any more",
    );
    expect(details.querySelectorAll("article")).toHaveLength(2);
  });
});

describe("saving", () => {
  const draft: Draft = {
    session: "s",
    name: "s.forget.json",
    taken: false,
    busy: false,
    review: false,
  };

  async function saving(more: Partial<Draft> = {}) {
    const opened = await open(shown([live("s")]));
    await act(() => void (opened.model.draft.value = { ...draft, ...more }));
    const field = hook(opened.el, "uw-panel-save-name") as HTMLInputElement;
    const submit = (): Promise<void> =>
      act(() => hook(opened.el, "uw-panel-save-form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })) as never);
    return { ...opened, field, submit };
  }

  test("proposes a name, of which what matters is marked", async () => {
    const { field } = await saving();
    expect(document.activeElement).toBe(field);
    expect(field.value.slice(field.selectionStart!, field.selectionEnd!)).toBe("s");
  });

  test.each([
    ["mine", "mine.forget.json"],
    ["mine.json", "mine.forget.json"],
    ["mine.forget.json", "mine.forget.json"],
  ])("%s is saved as %s", async (typed, name) => {
    const { model, field, submit } = await saving();
    field.value = typed;
    await submit();
    expect(model.finishSaving).toHaveBeenCalledExactlyOnceWith(name, false);
  });

  test("nothing is saved without a name", async () => {
    const { model, field, submit } = await saving();
    field.value = "  ";
    await submit();
    expect(model.finishSaving).not.toHaveBeenCalled();
  });

  test("a file that is there goes only under the name that was asked about", async () => {
    const { el, model, field, submit } = await saving({ taken: true });
    expect(hook(el, "uw-panel-save-taken").textContent).toContain("s.forget.json");
    await submit();
    expect(model.finishSaving).toHaveBeenLastCalledWith("s.forget.json", true);
    field.value = "other";
    await submit();
    expect(model.finishSaving).toHaveBeenLastCalledWith("other.forget.json", false);
  });

  test("can be left with Escape", async () => {
    const { model, field } = await saving();
    await press(field, "Escape");
    expect(model.cancelSaving).toHaveBeenCalledOnce();
  });
});

describe("without a forget set the panel says what to do", () => {
  test.each([
    [{ state: "no-notebook" }, "No notebook is open"],
    [{ state: "none" }, "This notebook has no kernel"],
    [{ state: "starting" }, "The kernel is starting…"],
    [{ state: "asking" }, "Asking the kernel…"],
    [{ state: "dead" }, "The kernel died"],
    [{ state: "foreign", language: "R" }, "This kernel runs R"],
    [{ state: "elsewhere" }, "This kernel answers another tab"],
    [shown([]), "No forget set in this kernel yet"],
  ] as [Place, string][])("%o", async (place, title) => {
    const { el } = await open(place);
    expect(el.querySelector("h3")?.textContent).toBe(title);
    expect(el.querySelector("article")).toBeNull();
  });

  test("how to install, and a tutorial", async () => {
    const { el, host } = await open(shown([]));
    expect(el.textContent).toContain("%pip install unlearn-widgets");
    await click(el.querySelector("button")!);
    expect(host.openTutorial).toHaveBeenCalledOnce();
  });

  test("a kernel is chosen or restarted", async () => {
    const { el, model, host } = await open({ state: "none" });
    await click(el.querySelector("button")!);
    expect(host.chooseKernel).toHaveBeenCalledOnce();
    await act(() => void (model.place.value = { state: "dead" }));
    await click(el.querySelector("button")!);
    expect(host.restartKernel).toHaveBeenCalledOnce();
  });
});

import { act } from "preact/test-utils";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Json, JsonObject } from "../../../src/core/canonical";
import { CardView } from "../../../src/views/review/card-view";
import { ReviewView } from "../../../src/views/review/review-view";
import { readManifest, visible } from "../../../src/views/review/manifest-file";
import { mount, unmount, until } from "../../ui/mount";
import { hook } from "../../ui/stub-session";
import { edited, MANIFEST } from "./fixture";
import TEXTS from "../../../../tests/injections.json";

const save = vi.fn<(text: string) => Promise<void>>();

beforeEach(() => {
  save.mockReset().mockResolvedValue(undefined);
  // jsdom draws nothing; the map says so in words.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});

async function open(manifest: Json, locked: string | null = null): Promise<HTMLElement> {
  const text = JSON.stringify(manifest);
  const root = await mount(<ReviewView text={text} remark={null} locked={locked} save={save} />);
  await until(() => expect(root.textContent).not.toContain("Checking…"));
  return root;
}

function fill(root: HTMLElement, said: Record<string, string>): void {
  for (const [name, value] of Object.entries(said)) {
    (hook(root, `uw-review-${name}`) as HTMLInputElement).value = value;
  }
}

async function submit(root: HTMLElement): Promise<void> {
  await act(() => {
    hook(root, "uw-review-sign").dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
  });
}

describe("ReviewView", () => {
  test("shows the numbers exactly, what was removed, and by whom", async () => {
    const root = await open(MANIFEST);
    const effect = MANIFEST.effect as Record<string, number>;
    for (const [testid, name] of [
      ["alpha", "alpha"],
      ["alpha-before", "alpha_before"],
      ["alpha-certified", "alpha_certified"],
      ["epsilon", "epsilon"],
      ["epsilon-certified", "epsilon_certified"],
      ["forget-log-loss", "forget_log_loss"],
      ["retain-log-loss-before", "retain_log_loss_before"],
      ["n-removed", "n_removed"],
    ] as const) {
      expect(Number(hook(root, `uw-review-${testid}`).dataset.value)).toBe(effect[name]);
    }
    const words = root.textContent;
    expect(words).toContain("2 of 3 spam rows were removed.");
    expect(words).toContain("<b>spam</b>");
    expect(words).toContain("no proof that a model has forgotten");
    expect(words).toContain("Ana Müller");
    expect(words).toContain("aee218b59ed3490005eb2a1e0d42b9ad3ea404e296a9431a9ddd30d036a75a57");
    const checks = hook(root, "uw-review-checks");
    expect(checks.dataset.mismatches).toBe("0");
    expect(checks.querySelector("[data-check=X]")?.getAttribute("data-status")).toBe("not_checked");
  });

  test("flags an edited manifest above everything that it says", async () => {
    const root = await open(edited(["counts", "n_removed"], 3));
    expect(hook(root, "uw-review-tampered").textContent).toContain("3 checks do not fit");
    const rows = root.querySelectorAll("[data-check][data-status=mismatch]");
    expect([...rows].map((row) => row.getAttribute("data-check"))).toEqual([
      ...["digest", "digest.counts", "counts"],
    ]);
  });

  test("saves a sign-off with everything else as it was", async () => {
    const root = await open(edited(["later"], { kept: [1] }));
    fill(root, { decision: "rejected", who: " Dana ", note: "not all of it" });
    await submit(root);
    const text = save.mock.calls[0]![0];
    const signed = readManifest(text).manifest!;
    expect(signed.later).toEqual({ kept: [1] });
    expect((signed.signoffs as JsonObject[]).at(-1)).toMatchObject({
      decision: "rejected",
      who: "Dana",
      note: "not all of it",
      signed: MANIFEST.digest,
    });
    expect(hook(root, "uw-review-outcome").textContent).toBe("Signed and saved.");
  });

  test("says why a sign-off was not saved, and keeps what was typed", async () => {
    save.mockRejectedValue(new Error("The file changed on disk."));
    const root = await open(MANIFEST);
    fill(root, { who: "Dana", note: "typed" });
    await submit(root);
    expect(hook(root, "uw-review-outcome").textContent).toBe("The file changed on disk.");
    expect((hook(root, "uw-review-note") as HTMLTextAreaElement).value).toBe("typed");
  });

  test("lets nobody sign what is read-only or has no form", async () => {
    expect((await open(MANIFEST, "It is read-only.")).textContent).toContain("It is read-only.");
    const root = await open(edited(["effect"], null));
    expect(root.textContent).toContain("cannot be signed");
    expect(root.textContent).toContain("The numbers in this file cannot be read.");
  });

  test("says why it cannot show a file", async () => {
    const props = { remark: "It was read again.", locked: null, save };
    const root = await mount(<ReviewView text="{" {...props} />);
    expect(hook(root, "uw-review-problem").textContent).toContain("It is no JSON");
    expect(hook(root, "uw-review-remark").textContent).toBe("It was read again.");
  });

  test("is never blank, whatever stands where", async () => {
    const values: Json[] = [null, "x", [{}]];
    for (const field of Object.keys(MANIFEST)) {
      for (const value of values) {
        const root = await open(edited([field], value));
        expect(hook(root, "uw-review").textContent).toContain("no proof");
        await unmount(root);
      }
    }
  }, 60_000);
});

/** Every manifest with one of its texts replaced, by where it stands. */
function* withText(text: string, held: unknown = MANIFEST, way: (string | number)[] = []): Generator<
  [string, JsonObject]
> {
  if (typeof held === "string") yield [way.join("."), edited(way, text)];
  if (typeof held !== "object" || held === null) return;
  for (const [name, inner] of Object.entries(held)) {
    const part = Array.isArray(held) ? Number(name) : name;
    if (!(way.length === 1 && way[0] === "digests")) yield* withText(text, inner, [...way, part]);
  }
}

describe("texts stay texts", () => {
  test("all of them, in every text field at once", { timeout: 60_000 }, async () => {
    expect(TEXTS.length).toBeGreaterThan(50);
    for (const text of TEXTS) {
      const held = structuredClone(MANIFEST) as Record<string, Json>;
      for (const [way] of withText(text)) {
        const parts = way.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
        if (["rows", "positions"].includes(String(parts.at(-1)))) continue;
        let inner = held as Record<string, unknown>;
        for (const part of parts.slice(0, -1)) inner = inner[part] as Record<string, unknown>;
        inner[parts.at(-1)!] = text;
      }
      const root = await open(held);
      expect(root.querySelector("script, img, svg, iframe, style, [onclick], [onerror]")).toBeNull();
      expect(root.querySelector("h1")?.textContent).toBe(visible(text));
      await unmount(root);
    }
  });

  test("marks that nobody sees are numbered, also in names of fields", async () => {
    const root = await open({ ...MANIFEST, "a\u202eb\u0000": "x" });
    const told = hook(root, "uw-review-checks").textContent;
    expect(told).toContain("a\\u202eb\\u0000");
    expect(told).not.toMatch(/[\u202e\0]/);
  });

  test.each(["constructor", "__proto__", "toString"])("%s is no way to choose", async (word) => {
    const root = await open(edited(["method", "by"], word));
    expect(hook(root, "uw-review-summary").textContent).toContain("is not said");
  });

  test("also in the card", async () => {
    for (const text of TEXTS) {
      const root = await mount(<CardView manifest={edited(["title"], text)} />);
      expect(root.querySelector("h2")?.textContent).toBe(visible(text));
      expect(root.querySelector("script, img, svg, iframe")).toBeNull();
      await unmount(root);
    }
  });
});

describe("CardView", () => {
  test("shows counts and numbers exactly", async () => {
    const root = await mount(<CardView manifest={MANIFEST} />);
    const { dataset } = hook(root, "uw-card-alpha");
    expect(Number(dataset.value)).toBe(3.125);
    expect(hook(root, "uw-card-verdict").dataset.verdict).toBe("do not rely");
  });

  test("shows the picture where the points are too many to carry", async () => {
    const root = await mount(<CardView manifest={{ effect: MANIFEST.effect! }} picture="iVBO" />);
    expect(root.querySelector("img")?.src).toBe("data:image/png;base64,iVBO");
    const hostile = await mount(<CardView manifest={{}} picture={'x" onerror="alert(1)'} />);
    expect(hostile.querySelector("img")).toBeNull();
  });

  test("says so when there is nothing to show", async () => {
    for (const held of [undefined, null, "x", [], {}]) {
      const root = await mount(<CardView manifest={held} />);
      expect(hook(root, "uw-card").textContent).toContain("cannot be read");
    }
  });
});

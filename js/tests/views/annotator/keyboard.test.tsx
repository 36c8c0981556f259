import { describe, expect, it } from "vitest";
import { type, until } from "../../ui/mount";
import { act } from "preact/test-utils";
import { type HostCommand, hostCommandEvent } from "../../../src/ui/host-commands";
import { openAnnotator, stored, strike } from "./fixture";

async function open(options = {}) {
  const opened = await openAnnotator(options);
  await until(() => expect(opened.row()).toBe("0"));
  return opened;
}

describe("keys", () => {
  it("label with 1 to 9, show the next record at once and say so", async () => {
    const { pane, row, at, asked, say, kernel } = await open();
    await strike(pane, "2");
    expect(row()).toBe("1");
    expect(kernel.given.size).toBe(0);
    expect(say).toHaveBeenLastCalledWith("labelled keep; next: sms-00001");
    await stored(at);
    expect(asked("label")).toMatchObject([{ row: 0, label: "keep", reason: "", note: "" }]);
    await until(() => expect(at("progress").dataset.value).toBe("1"));
    expect(at("progress").dataset.total).toBe("40");
  });

  it("without a label do nothing, and still do not reach the notebook", async () => {
    const { pane, row, asked } = await open();
    expect(await strike(pane, "4")).toEqual({ reached: false, prevented: false });
    expect(await strike(pane, "d")).toEqual({ reached: false, prevented: false });
    expect(row()).toBe("0");
    expect(asked("label")).toHaveLength(0);
  });

  it("with Ctrl are the host's, except for undo", async () => {
    const { pane, asked } = await open();
    expect(await strike(pane, "s", { ctrlKey: true })).toEqual({ reached: true, prevented: false });
    expect(await strike(pane, "z", { ctrlKey: true })).toEqual({ reached: false, prevented: true });
    await until(() => expect(asked("undo")).toHaveLength(1));
    expect(asked("skip")).toHaveLength(0);
  });

  it("held down label one record only", async () => {
    const { pane, row } = await open();
    await strike(pane, "1");
    await strike(pane, "1", { repeat: true });
    expect(row()).toBe("1");
  });

  it("walk back and forth through what was shown, and allow a change of mind", async () => {
    const { pane, row, at, asked } = await open();
    for (const key of ["1", "2", "3"]) await strike(pane, key);
    await stored(at);
    await strike(pane, "ArrowLeft");
    await strike(pane, "ArrowLeft");
    expect(row()).toBe("1");
    expect(at("label-2").getAttribute("aria-pressed")).toBe("true");
    expect(at("label-1").getAttribute("aria-pressed")).toBe("false");
    await strike(pane, "ArrowRight");
    expect(row()).toBe("2");
    await strike(pane, "1");
    expect(row()).toBe("3");
    await stored(at);
    expect(asked("label").at(-1)).toMatchObject({ row: 2, label: "remove" });
    await strike(pane, "ArrowRight");
    expect(row()).toBe("3");
  });

  it("undo and redo, and show the record that changed", async () => {
    const { pane, row, at, say } = await open();
    await strike(pane, "1");
    await strike(pane, "z");
    await until(() => expect(say).toHaveBeenLastCalledWith("undone sms-00000: no label"));
    expect(row()).toBe("0");
    expect(at("label-1").getAttribute("aria-pressed")).toBe("false");
    await strike(pane, "Z", { shiftKey: true });
    await until(() => expect(at("label-1").getAttribute("aria-pressed")).toBe("true"));
    expect(row()).toBe("0");
    await strike(pane, "0");
    await until(() => expect(at("label-1").getAttribute("aria-pressed")).toBe("false"));
  });

  it("say so when there is nothing to undo", async () => {
    const { pane, say } = await open();
    await strike(pane, "z");
    await until(() => expect(say).toHaveBeenLastCalledWith("nothing to undo"));
  });

  it("skip", async () => {
    const { pane, row, asked, say } = await open();
    await strike(pane, "s");
    expect(row()).toBe("1");
    expect(say).toHaveBeenLastCalledWith("skipped; next: sms-00001");
    await until(() => expect(asked("skip")).toMatchObject([{ row: 0 }]));
  });

  it("open the help and close it", async () => {
    const { pane, root } = await open();
    await strike(pane, "?");
    const help = root.querySelector("[role=dialog]")!;
    for (const word of ["remove", "keep", "unsure", "Undo", "Redo", "Skip", "note", "hidden"]) {
      expect(help.textContent).toContain(word);
    }
    await strike(help, "1");
    expect(pane.dataset.row).toBe("0");
    await strike(help, "Escape");
    expect(root.querySelector("[role=dialog]")).toBeNull();
  });
});

describe("remarks", () => {
  it("are written in a field, kept by Enter, and go with the label", async () => {
    const { pane, row, at, root, asked } = await open();
    await strike(pane, "r");
    const field = root.querySelector<HTMLInputElement>("input[aria-label=Reason]")!;
    expect(document.activeElement).toBe(field);
    await type(field, "2 = not a label");
    expect(await strike(field, "2")).toEqual({ reached: false, prevented: false });
    expect(row()).toBe("0");
    await strike(field, "Enter");
    expect(document.activeElement).toBe(pane);
    expect(root.querySelector("input[aria-label=Reason]")).toBeNull();
    await strike(pane, "1");
    await stored(at);
    expect(asked("label")).toMatchObject([{ row: 0, reason: "2 = not a label", note: "" }]);
  });

  it("are dropped by Escape, back to what was kept before", async () => {
    const { pane, at, root, asked } = await open();
    const field = (): HTMLInputElement => root.querySelector("input[aria-label=Note]")!;
    await strike(pane, "n");
    await type(field(), "first");
    await strike(field(), "Enter");
    await strike(pane, "n");
    expect(field().value).toBe("first");
    await type(field(), "second");
    await strike(field(), "Escape");
    await strike(pane, "1");
    await stored(at);
    expect(asked("label")).toMatchObject([{ note: "first" }]);
  });

  it("in an open field go with a label given by its button", async () => {
    const { pane, at, root, asked } = await open();
    await strike(pane, "n");
    await type(root.querySelector("input[aria-label=Note]")!, "half a sent");
    at("label-2").click();
    await stored(at);
    expect(asked("label")).toMatchObject([{ row: 0, label: "keep", note: "half a sent" }]);
    expect(root.querySelector("input[aria-label=Note]")).toBeNull();
  });
});

describe("hidden content", () => {
  it("shows while H is held, and hides again with the key, the next record and the focus", async () => {
    const { pane, root } = await open({ blur: true });
    const hidden = (): string | null =>
      root.querySelector(".uw-record-content")!.getAttribute("aria-hidden");
    expect(hidden()).toBe("true");
    await strike(pane, "h");
    expect(hidden()).toBe("false");
    pane.dispatchEvent(new KeyboardEvent("keyup", { key: "h", bubbles: true }));
    await until(() => expect(hidden()).toBe("true"));
    await strike(pane, "h");
    await strike(pane, "1");
    expect(hidden()).toBe("true");
    await strike(pane, "h", { repeat: true });
    expect(hidden()).toBe("true");
    await strike(pane, "h");
    pane.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    await until(() => expect(hidden()).toBe("true"));
  });
});

describe("commands of the host", () => {
  async function tell(root: HTMLElement, command: HostCommand): Promise<boolean> {
    const event = hostCommandEvent(command);
    await act(() => void root.dispatchEvent(event));
    return event.defaultPrevented;
  }

  it("skip the newest record and walk through those before it", async () => {
    const { root, row, asked } = await open();
    expect(await tell(root, "next-record")).toBe(true);
    expect(row()).toBe("1");
    await until(() => expect(asked("skip")).toMatchObject([{ row: 0 }]));
    await tell(root, "previous-record");
    expect(row()).toBe("0");
    await tell(root, "next-record");
    expect(row()).toBe("1");
    expect(asked("skip")).toHaveLength(1);
  });

  it("bring the keyboard to the labels", async () => {
    const { root, row, asked } = await open();
    await tell(root, "next-record");
    await strike(document.activeElement!, "2");
    expect(row()).toBe("2");
    await until(() => expect(asked("label")).toMatchObject([{ row: 1, label: "keep" }]));
  });

  it("leave the map to others", async () => {
    const { root } = await open();
    expect(await tell(root, "focus-map")).toBe(false);
  });
});

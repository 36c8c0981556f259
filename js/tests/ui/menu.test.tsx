import { describe, expect, it, vi } from "vitest";
import { Menu, Popup } from "../../src/ui/menu";
import { Term } from "../../src/ui/term";
import { click, mount, press } from "./mount";
import { hook } from "./stub-session";

function choices(onSelect: (label: string) => void) {
  return ["domain", "score", "length"].map((label) => ({
    label,
    checked: label === "score",
    testid: `choice-${label}`,
    onSelect: () => onSelect(label),
  }));
}

describe("Menu", () => {
  it("opens on its button, walks by arrow keys and wraps around", async () => {
    const root = await mount(
      <Menu label="Colour" name="Colour by" testid="menu" items={choices(vi.fn())} />,
    );
    await click(hook(root, "menu"));
    expect(hook(root, "menu").getAttribute("aria-expanded")).toBe("true");
    expect(document.activeElement).toBe(hook(root, "choice-domain"));
    await press(document.activeElement!, "ArrowUp");
    expect(document.activeElement).toBe(hook(root, "choice-length"));
    await press(document.activeElement!, "ArrowDown");
    expect(document.activeElement).toBe(hook(root, "choice-domain"));
    expect(hook(root, "choice-score").getAttribute("aria-checked")).toBe("true");
  });

  it("acts on a choice, closes and gives the focus back", async () => {
    const chosen = vi.fn();
    const root = await mount(
      <Menu label="Colour" name="Colour by" testid="menu" items={choices(chosen)} />,
    );
    await click(hook(root, "menu"));
    await click(hook(root, "choice-length"));
    expect(chosen).toHaveBeenCalledExactlyOnceWith("length");
    expect(root.querySelector("[role=menu]")).toBeNull();
    expect(document.activeElement).toBe(hook(root, "menu"));
  });

  it("closes by Escape when nothing in it takes the focus", async () => {
    const root = await mount(
      <Popup label="Keys" name="Keys" testid="keys">
        {() => <p>Enter: take the point</p>}
      </Popup>,
    );
    await click(hook(root, "keys"));
    expect(document.activeElement).toBe(root.querySelector("[role=dialog]"));
    hook(root, "keys").focus();
    await press(hook(root, "keys"), "Escape");
    expect(root.querySelector("[role=dialog]")).toBeNull();
  });

  it("keeps its keys to itself", async () => {
    const outside = vi.fn();
    const root = await mount(
      <div onKeyDown={outside}>
        <Menu label="Colour" name="Colour by" testid="menu" items={choices(vi.fn())} />
      </div>,
    );
    await click(hook(root, "menu"));
    await press(document.activeElement!, "Escape");
    expect(root.querySelector("[role=menu]")).toBeNull();
    expect(outside).not.toHaveBeenCalled();
  });
});

describe("Popup", () => {
  it("closes on a press outside, not on one inside", async () => {
    const root = await mount(
      <Popup label="Sets" name="Named sets" testid="popup">
        {() => <input data-testid="inside" />}
      </Popup>,
    );
    await click(hook(root, "popup"));
    hook(root, "inside").dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));
    expect(root.querySelector("[role=dialog]")).not.toBeNull();
    document.body.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));
    await vi.waitFor(() => expect(root.querySelector("[role=dialog]")).toBeNull());
  });
});

describe("Term", () => {
  it("explains itself on focus, describes itself always, and hides on Escape", async () => {
    const root = await mount(
      <Term explanation="How far p is from q." formula="KL(p‖q)">
        α
      </Term>,
    );
    const term = root.querySelector<HTMLElement>(".uw-term")!;
    expect(term.getAttribute("aria-description")).toBe("How far p is from q. KL(p‖q)");
    term.focus();
    await vi.waitFor(() => expect(root.querySelector("[role=tooltip]")).not.toBeNull());
    expect(root.querySelector("[role=tooltip]")?.textContent).toContain("KL(p‖q)");
    await press(term, "Escape");
    expect(root.querySelector("[role=tooltip]")).toBeNull();
  });
});

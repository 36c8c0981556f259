import { afterEach, describe, expect, it, vi } from "vitest";
import { hostTheme, watchTheme } from "../../src/ui/theme";

afterEach(() => {
  for (const element of [document.documentElement, document.body]) {
    for (const { name } of [...element.attributes]) element.removeAttribute(name);
  }
});

describe("hostTheme", () => {
  it("is light where nobody says otherwise", () => {
    expect(hostTheme()).toBe("light");
  });

  it.each([
    ["JupyterLab", () => document.body.setAttribute("data-jp-theme-light", "false"), "dark"],
    ["VS Code", () => document.body.classList.add("vscode-dark"), "dark"],
    ["VS Code high contrast", () => document.body.classList.add("vscode-high-contrast"), "dark"],
    [
      "VS Code light contrast",
      () => document.body.setAttribute("data-vscode-theme-kind", "vscode-high-contrast-light"),
      "light",
    ],
    ["marimo", () => document.documentElement.classList.add("dark"), "dark"],
    ["Sphinx", () => document.documentElement.setAttribute("data-theme", "dark"), "dark"],
    ["Colab", () => document.documentElement.setAttribute("theme", "dark"), "dark"],
  ])("reads %s", (_host, prepare, expected) => {
    prepare();
    expect(hostTheme()).toBe(expected);
  });

  it("believes JupyterLab before the classes of the page", () => {
    document.body.setAttribute("data-jp-theme-light", "true");
    document.documentElement.classList.add("dark");
    expect(hostTheme()).toBe("light");
  });
});

describe("watchTheme", () => {
  it("follows a switch until it is aborted", async () => {
    const abort = new AbortController();
    const theme = watchTheme(abort.signal);
    document.body.setAttribute("data-jp-theme-light", "false");
    await vi.waitFor(() => expect(theme.value).toBe("dark"));
    abort.abort();
    const other = watchTheme(new AbortController().signal);
    document.body.setAttribute("data-jp-theme-light", "true");
    await vi.waitFor(() => expect(other.value).toBe("light"));
    expect(theme.value).toBe("dark");
  });
});

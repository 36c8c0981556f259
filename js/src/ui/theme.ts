import { type ReadonlySignal, signal } from "@preact/signals";
import { createContext } from "preact";

/** The two colour schemes every view is drawn in. */
export type Theme = "light" | "dark";

/** Absent in test environments. */
const DARK: MediaQueryList | undefined = (window as Partial<Window>).matchMedia?.(
  "(prefers-color-scheme: dark)",
);

function named(value: string | null | undefined): Theme | undefined {
  return value === "light" || value === "dark" ? value : undefined;
}

/** The theme of the page around the widget: JupyterLab, VS Code, marimo, Colab, then the system. */
export function hostTheme(): Theme {
  const { body, documentElement: html } = document;
  const lab = body.dataset.jpThemeLight;
  if (lab !== undefined) return lab === "false" ? "dark" : "light";
  const code = body.dataset.vscodeThemeKind ?? body.className;
  if (code.includes("vscode")) {
    return /dark|high-contrast(?!-light)/.test(code) ? "dark" : "light";
  }
  const said = named(html.dataset.theme) ?? named(html.getAttribute("theme"));
  if (said !== undefined) return said;
  for (const element of [html, body]) {
    if (element.classList.contains("dark")) return "dark";
    if (element.classList.contains("light")) return "light";
  }
  return DARK?.matches === true ? "dark" : "light";
}

/** The host's theme as a signal that follows every switch until `abort` fires. */
export function watchTheme(abort: AbortSignal): ReadonlySignal<Theme> {
  const theme = signal<Theme>(hostTheme());
  const update = (): void => {
    theme.value = hostTheme();
  };
  const observer = new MutationObserver(update);
  const options = {
    attributes: true,
    attributeFilter: [
      "class",
      "data-jp-theme-light",
      "data-vscode-theme-kind",
      "data-theme",
      "theme",
    ],
  };
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  DARK?.addEventListener("change", update, { signal: abort });
  abort.addEventListener("abort", () => observer.disconnect(), { once: true });
  return theme;
}

/** The theme for code that draws pixels itself; style sheets read the tokens instead. */
export const ThemeContext = createContext<ReadonlySignal<Theme>>(signal<Theme>("light"));

import { type ComponentChildren, render, type VNode } from "preact";
import { useErrorBoundary, useLayoutEffect, useRef } from "preact/hooks";
import { guardShortcuts } from "../../ui/shortcuts";
import { ThemeContext, watchTheme } from "../../ui/theme";
import "../../ui/tokens.css";
import "../../ui/base.css";
import "../../ui/controls.css";

/** Draws a view without a session into an element; `abort` takes it away. */
export function mountAlone(el: HTMLElement, abort: AbortSignal): (view: ComponentChildren) => void {
  const theme = watchTheme(abort);
  abort.addEventListener("abort", () => render(null, el), { once: true });

  function Root({ children }: { readonly children: ComponentChildren }): VNode {
    const error: unknown = useErrorBoundary()[0];
    const root = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => {
      if (root.current !== null) guardShortcuts(root.current, abort, "fields");
    }, []);
    return (
      <ThemeContext.Provider value={theme}>
        <div ref={root} class="uw-root" data-theme={theme.value} data-lm-suppress-shortcuts="true">
          {error === undefined ? (
            children
          ) : (
            <p class="uw-review-warning" role="alert">
              This cannot be shown:{" "}
              {error instanceof Error ? error.message : "it fails for a reason that is not known"}
            </p>
          )}
        </div>
      </ThemeContext.Provider>
    );
  }

  return (view) => {
    if (!abort.aborted) render(<Root>{view}</Root>, el);
  };
}

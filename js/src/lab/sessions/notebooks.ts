import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ISessionContext } from "@jupyterlab/apputils";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { type ReadonlySignal, signal } from "@preact/signals";
import { DisposableDelegate } from "@lumino/disposable";
import type { Widget } from "@lumino/widgets";
import type { LiveSession } from "../../wire/live-messages";
import { type CellLike, type NotebookLike, WIDGET_MIME } from "../notebook-like";

/** A notebook that is open in this window. */
export interface OpenNotebook {
  readonly panel: NotebookLike;
  readonly kernel: ISessionContext;
  /** Where its file lies, for the Contents API. */
  path(): string;
}

/** The notebooks of this window, and the one that was active last. */
export class Notebooks {
  private readonly opened = signal<readonly OpenNotebook[]>([]);
  private readonly last = signal<OpenNotebook | null>(null);

  readonly open: ReadonlySignal<readonly OpenNotebook[]> = this.opened;
  readonly active: ReadonlySignal<OpenNotebook | null> = this.last;

  constructor(app: JupyterFrontEnd) {
    const { shell } = app;
    const follow = (): void => {
      const current = this.of(shell.currentWidget);
      if (current !== null) this.last.value = current;
    };
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel, context) => {
        const notebook = notebookOf(panel, context);
        this.opened.value = [...this.opened.peek(), notebook];
        // Where shells tell no change, the newest is the active one.
        if (shell.currentChanged === undefined) this.last.value = notebook;
        follow();
        return new DisposableDelegate(() => {
          this.opened.value = this.opened.peek().filter((other) => other !== notebook);
          if (this.last.peek() === notebook) {
            this.last.value = this.of(shell.currentWidget) ?? this.opened.peek().at(-1) ?? null;
          }
        });
      },
    });
    shell.currentChanged?.connect(follow);
  }

  /** The notebook that a widget of the shell is, or null. */
  of(widget: Widget | null): OpenNotebook | null {
    return this.opened.peek().find(({ panel }) => panel === widget) ?? null;
  }
}

function notebookOf(panel: Widget, context: DocumentRegistry.Context): OpenNotebook {
  return {
    panel: panel as NotebookLike,
    kernel: context.sessionContext,
    path: () => context.path,
  };
}

/** The cell of a notebook that shows a session, or null. */
export function cellThatShows(notebook: OpenNotebook, session: LiveSession): CellLike | null {
  const { widgets } = notebook.panel.content;
  return (
    widgets.find((cell) => outputs(cell, session.views)) ??
    // Views inside of boxes are no outputs of their own.
    widgets.find(({ node }) => draws(node, session)) ??
    null
  );
}

/** The cell of a notebook with this id, or null. */
export function cellWithId(notebook: OpenNotebook, id: string | null): CellLike | null {
  return notebook.panel.content.widgets.find(({ model }) => model.id === id) ?? null;
}

function outputs({ model: { outputs: held } }: CellLike, models: readonly string[]): boolean {
  if (held === undefined) return false;
  for (let index = 0; index < held.length; index++) {
    const view = held.get(index).data[WIDGET_MIME] as { model_id?: unknown } | undefined;
    if (typeof view?.model_id === "string" && models.includes(view.model_id)) return true;
  }
  return false;
}

function draws(node: HTMLElement, { id }: LiveSession): boolean {
  const views = node.querySelectorAll<HTMLElement>("[data-uw-session]");
  return [...views].some(({ dataset }) => dataset.uwSession === id);
}

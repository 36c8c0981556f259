import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { Widget } from "@lumino/widgets";

/** What of a notebook's panel is needed; its own type would draw an editor into the build. */
export interface NotebookLike extends Widget {
  readonly content: Widget & {
    readonly rendermime: IRenderMimeRegistry;
    readonly widgets: readonly CellLike[];
    activeCellIndex: number;
    scrollToCell(cell: CellLike, align?: "auto" | "start"): Promise<void>;
  };
}

/** What of a cell is needed. */
export interface CellLike extends Widget {
  readonly model: {
    readonly id: string;
    /** Of code cells only. */
    readonly outputs?: {
      readonly length: number;
      get(index: number): { readonly data: Readonly<Record<string, unknown>> };
    };
  };
}

/** The MIME type by which ipywidgets finds the model of an output. */
export const WIDGET_MIME = "application/vnd.jupyter.widget-view+json";

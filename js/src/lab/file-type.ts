import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { LabIcon } from "@jupyterlab/ui-components";

/** The MIME type of a manifest, and of the card beside a widget. */
export const FORGET_MIME = "application/vnd.unlearn.forget+json";

/** A set with a part taken out. */
export const forgetIcon = new LabIcon({
  name: "unlearn-widgets:forget-set",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<path class="jp-icon3" fill="#616161" d="M12 3a9 9 0 1 0 9 9h-2.2A6.8 6.8 0 1 1 12 5.2z"/>' +
    '<circle cx="18" cy="6" r="3.2" fill="none" stroke="#e0336b" stroke-width="2"/></svg>',
});

/** What the file browser knows of `*.forget.json`. */
export function forgetFileType(displayName: string): Partial<DocumentRegistry.IFileType> {
  return {
    name: "forget-manifest",
    displayName,
    extensions: [".forget.json"],
    mimeTypes: [FORGET_MIME, "application/json"],
    icon: forgetIcon,
    contentType: "file",
    fileFormat: "text",
  };
}

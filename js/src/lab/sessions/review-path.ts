import { PageConfig, PathExt } from "@jupyterlab/coreutils";
import type { Contents } from "@jupyterlab/services";

/**
 * Where the Contents API has a file that a kernel wrote, or null. Kernels name files as their own
 * machine does, and begin in the folder of their notebook.
 */
export async function reviewPath(
  file: string,
  notebook: string,
  contents: Contents.IManager,
): Promise<string | null> {
  const beside = PathExt.join(PathExt.dirname(notebook), PathExt.basename(forward(file)));
  const inside = insideRoot(file, PageConfig.getOption("serverRoot"));
  for (const path of inside === null ? [beside] : [inside, beside]) {
    try {
      await contents.get(path, { content: false });
      return path;
    } catch {
      // Not there: the next place is tried.
    }
  }
  return null;
}

/** The part of a file's path below the server's root, which may be written with a tilde. */
export function insideRoot(file: string, root: string): string | null {
  const path = forward(file);
  const folder = forward(root).replace(/\/+$/, "");
  if (folder === "") return null;
  if (!folder.startsWith("~")) {
    return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
  }
  const tail = `${folder.slice(1)}/`;
  const at = path.indexOf(tail);
  return at < 0 ? null : path.slice(at + tail.length);
}

function forward(path: string): string {
  return path.replace(/\\/g, "/");
}

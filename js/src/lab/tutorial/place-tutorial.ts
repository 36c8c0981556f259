import { PageConfig, PathExt, URLExt } from "@jupyterlab/coreutils";
import { type Contents, ServerConnection, type ServiceManager } from "@jupyterlab/services";

/** Where the extension keeps the tutorial, and what it is called in a person's folder. */
const SHIPPED = ["unlearn-widgets", "static", "tutorial.ipynb"];
const NAME = "forget-sets-tutorial.ipynb";

/** Write the tutorial into a folder unless it is there, and return its path. */
export async function placeTutorial(
  { contents, serverSettings }: ServiceManager.IManager,
  folder: string,
): Promise<string> {
  const path = PathExt.join(folder, NAME);
  // What a person has made of it stays.
  if (await isThere(contents, path)) return path;
  const place = URLExt.join(PageConfig.getOption("fullLabextensionsUrl"), ...SHIPPED);
  const url = new URL(place, serverSettings.baseUrl).href;
  const response = await ServerConnection.makeRequest(url, {}, serverSettings);
  if (!response.ok) {
    throw new Error(
      `The tutorial cannot be read from the extension (${response.status}). ` +
        "Install unlearn-widgets again.",
    );
  }
  const content: unknown = await response.json();
  await contents.save(path, { type: "notebook", format: "json", content });
  return path;
}

async function isThere(contents: Contents.IManager, path: string): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (error) {
    if ((error as { response?: Response }).response?.status === 404) return false;
    throw error;
  }
}

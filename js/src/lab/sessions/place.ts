import type { ISessionContext } from "@jupyterlab/apputils";
import type { KernelPlace } from "../../views/panel/panel-model";

/** Where a notebook's kernel stands; `language` is null until the kernel has said it. */
export function kernelPlace(context: ISessionContext, language: string | null): KernelPlace {
  const kernel = context.session?.kernel ?? null;
  if (kernel === null) {
    return { state: STARTING.has(context.kernelDisplayStatus) ? "starting" : "none" };
  }
  if (kernel.status === "dead") return { state: "dead" };
  if (language !== null && language.toLowerCase() !== "python") {
    return { state: "foreign", language };
  }
  if (kernel.status !== "busy" && STARTING.has(kernel.status)) return { state: "starting" };
  // Another connection of this window handles the kernel's comms.
  return { state: kernel.handleComms ? "ready" : "elsewhere" };
}

const STARTING: ReadonlySet<string> = new Set([
  "initializing",
  "starting",
  "restarting",
  "autorestarting",
]);

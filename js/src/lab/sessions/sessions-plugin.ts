import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ForgetSets } from "./forget-sets";
import { Notebooks } from "./notebooks";
import { IForgetSets } from "./token";

/** Follows the live sessions of the active notebook's kernel. */
export const sessionsPlugin: JupyterFrontEndPlugin<ForgetSets> = {
  id: "unlearn-widgets:sessions",
  description: "Follows the live forget sets of the active notebook's kernel.",
  autoStart: true,
  provides: IForgetSets,
  activate: (app) => new ForgetSets(app, new Notebooks(app)),
};

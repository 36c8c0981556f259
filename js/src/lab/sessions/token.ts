import { Token } from "@lumino/coreutils";
import type { ForgetSets } from "./forget-sets";

/** The live forget sets, for the plugins that show them or act on them. */
export const IForgetSets = new Token<ForgetSets>(
  "unlearn-widgets:IForgetSets",
  "The live forget sets of the active notebook's kernel.",
);

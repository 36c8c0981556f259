import { reviewPlugin } from "./review-plugin";
import { standInPlugin } from "./stand-in-plugin";

/** The plugins of the extension; each works without the others. */
export default [reviewPlugin, standInPlugin];

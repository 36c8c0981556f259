import { reviewPlugin } from "./review-plugin";

/** The plugins of the extension; each works without the others. */
export default [reviewPlugin];

import { commandsPlugin } from "./commands/commands-plugin";
import { panelPlugin } from "./panel/panel-plugin";
import { reviewPlugin } from "./documents/review-plugin";
import { sessionsPlugin } from "./sessions/sessions-plugin";
import { standInPlugin } from "./outputs/stand-in-plugin";
import { toolbarPlugin } from "./toolbar/toolbar-plugin";
import { tutorialPlugin } from "./tutorial/tutorial-plugin";

/** The plugins of the extension; each works without those it does not require. */
export default [
  reviewPlugin,
  standInPlugin,
  sessionsPlugin,
  panelPlugin,
  commandsPlugin,
  toolbarPlugin,
  tutorialPlugin,
];

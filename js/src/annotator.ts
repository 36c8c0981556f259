import { widgetOf } from "./entry";
import { AnnotatorView } from "./views/annotator/annotator-view";

/** The annotator: a bundle of its own, so that neither it nor the map waits for the other. */
export default widgetOf({ annotator: AnnotatorView });

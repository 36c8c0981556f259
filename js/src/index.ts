import { widgetOf } from "./entry";
import { MapView } from "./views/map/map-view";
import { PlannerView } from "./views/planner/planner-view";
import { ReadoutView } from "./views/readout/readout-view";
import { RecordsView } from "./views/records/records-view";
import { WorkbenchView } from "./views/workbench/workbench-view";

/** The widgets around the map. */
export default widgetOf({
  map: MapView,
  planner: PlannerView,
  readout: ReadoutView,
  records: RecordsView,
  workbench: WorkbenchView,
});

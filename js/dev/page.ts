import type { RenderProps } from "@anywidget/types";
import annotator from "../src/annotator";
import widget from "../src/index";
import { PageAnnotator } from "./annotation";
import { drawData } from "./data";
import { PageKernel } from "./kernel";
import { PageModel } from "../src/page/model";

/** What scripts find on the page: the kernel to question, and a way to close the view. */
interface PageHandle {
  readonly kernel: PageKernel;
  readonly annotator: PageAnnotator;
  readonly close: () => void;
}

declare global {
  interface Window {
    unlearnPage?: PageHandle;
  }
}

const query = new URLSearchParams(location.search);
const view = query.get("view") ?? "workbench";
const budget = Number(query.get("budget") ?? 0);

document.documentElement.dataset.theme = query.get("theme") ?? "light";
document.body.style.maxWidth = query.get("width") ?? "";

const data = drawData(
  Number(query.get("n") ?? 4522),
  undefined,
  Number(query.get("apart") ?? 30.8),
);
const kernel = new PageKernel(data);
if (budget > 0) kernel.choose(kernel.ranked(query.get("rule") ?? "likelihood_ratio", budget));

const PLAN = {
  rule: "likelihood_ratio",
  alpha_target: null,
  epsilon_target: null,
  refit: "mean",
  plan_view: query.get("plan_view") ?? "budget",
};
const traits: Record<string, Record<string, unknown>> = {
  map: { tool: "lasso", mode: "add", color_by: "domain", height: 460 },
  planner: PLAN,
  readout: {},
  records: { page_size: 10 },
  workbench: { tool: "lasso", mode: "add", color_by: "domain", title: "", ...PLAN },
};

const given = query.get("labels")?.split(",");
const hand = new PageAnnotator(data, {
  ...(given === undefined ? {} : { labels: given }),
  job: query.get("job") === "domain" ? "domain" : "removal",
  done: Number(query.get("done") ?? 412),
  total: Number(query.get("total") ?? 4000),
  stored: query.get("stored") !== "0",
  blur: query.get("blur") === "1",
  images: query.get("images") === "1",
  region: query.get("region") === "1" ? { n_forget: 300, n_retain: 12 } : null,
});

const abort = new AbortController();
const copies = Number(query.get("copies") ?? 1);
for (let copy = 0; copy < copies; copy += 1) {
  const el = document.createElement("div");
  document.body.append(el);
  const byHand = view === "annotator";
  const model = byHand
    ? hand.model
    : new PageModel({ _view: view, session: "session", ...traits[view] });
  await (byHand ? annotator : widget)().render({
    model: model.asAnyModel(),
    el,
    signal: abort.signal,
    host: { getModel: () => Promise.resolve(kernel.model.asAnyModel()) },
  } as unknown as RenderProps);
}
if (query.get("lost") === "1") {
  kernel.die();
  hand.die();
}
window.unlearnPage = { kernel, annotator: hand, close: () => abort.abort() };

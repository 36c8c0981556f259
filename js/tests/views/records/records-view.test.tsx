import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drawData } from "../../../dev/data";
import { PageKernel } from "../../../dev/kernel";
import { PageModel } from "../../../src/page/model";
import { createLocal } from "../../../src/state/local";
import { openSession } from "../../../src/state/session";
import { openView } from "../../../src/state/view";
import { RecordsView } from "../../../src/views/records/records-view";
import { click, mount, press, type, until } from "../../ui/mount";
import { hook } from "../../ui/stub-session";

const data = drawData(600);
let abort: AbortController;

beforeEach(() => {
  abort = new AbortController();
});

afterEach(() => {
  abort.abort();
});

async function open(budget: number) {
  const kernel = new PageKernel(data, 0);
  if (budget > 0) kernel.choose(kernel.ranked("likelihood_ratio", budget));
  const session = openSession(kernel.model.asAnyModel(), abort.signal);
  const local = createLocal();
  const view = openView(new PageModel({ page_size: 5 }).asAnyModel(), abort.signal);
  const root = await mount(<RecordsView session={session} local={local} view={view} />);
  const asked = (kind: string) => kernel.received.filter((message) => message.kind === kind);
  return { kernel, session, local, root, asked };
}

function rows(root: Element): number[] {
  return [...root.querySelectorAll<HTMLElement>("[data-testid=uw-record]")].map((row) =>
    Number(row.dataset.row),
  );
}


describe("RecordsView", () => {
  it("guides who has removed nothing", async () => {
    const { root } = await open(0);
    await until(() => expect(root.textContent).toContain("No rows are removed yet."));
    expect(hook(root, "uw-records-next")).toHaveProperty("disabled", true);
  });

  it("pages through the removed rows and asks the kernel for no more than it shows", async () => {
    const { root, asked } = await open(12);
    await until(() => expect(rows(root)).toHaveLength(5));
    const first = rows(root);
    expect(hook(root, "uw-records-range").textContent).toBe("1–5 of 12");
    await click(hook(root, "uw-records-next"));
    await click(hook(root, "uw-records-next"));
    await until(() => expect(rows(root)).toHaveLength(2));
    expect(hook(root, "uw-records-range").textContent).toBe("11–12 of 12");
    expect(hook(root, "uw-records-next")).toHaveProperty("disabled", true);
    expect(asked("records").at(-1)).toMatchObject({ offset: 10, limit: 5, sort: "score" });
    expect(first.some((row) => rows(root).includes(row))).toBe(false);
  });

  it("sorts by position on request, from the first page", async () => {
    const { root, asked } = await open(12);
    await until(() => expect(rows(root)).toHaveLength(5));
    await click(hook(root, "uw-records-next"));
    await click(hook(root, "uw-sort-position"));
    await until(() => {
      expect(asked("records").at(-1)).toMatchObject({ offset: 0, sort: "position" });
      expect(hook(root, "uw-records-range").textContent).toBe("1–5 of 12");
    });
    await until(() => expect(rows(root)).toEqual([...rows(root)].sort((a, b) => a - b)));
  });

  it("turns the order round, and sorts by a column", async () => {
    const { root, asked } = await open(12);
    await until(() => expect(rows(root)).toHaveLength(5));
    const highest = rows(root);
    const score = hook(root, "uw-sort-score");
    expect(score.closest("th")!.getAttribute("aria-sort")).toBe("descending");
    await click(score);
    await until(() => expect(rows(root)).not.toEqual(highest));
    expect(score.closest("th")!.getAttribute("aria-sort")).toBe("ascending");
    await click(hook(root, "uw-sort-column-text"));
    expect(asked("records").at(-1)).toMatchObject({ sort: "column:text", descending: false });
    await click(hook(root, "uw-sort-column-text"));
    expect(asked("records").at(-1)).toMatchObject({ sort: "column:text", descending: true });
  });

  it("keeps a row on request and shows the page that follows", async () => {
    const { root, session } = await open(12);
    await until(() => expect(rows(root)).toHaveLength(5));
    const [row] = rows(root);
    await click(root.querySelector<HTMLElement>("[data-testid=uw-record-keep]")!);
    await until(() => expect(rows(root)).not.toContain(row));
    expect(session.removed.value.has(row!)).toBe(false);
    expect(hook(root, "uw-records-total").dataset.value).toBe("11");
  });

  it("shows the chosen row on the map, by mouse and by keyboard", async () => {
    const { root, local } = await open(12);
    await until(() => expect(rows(root)).toHaveLength(5));
    const keys = [...root.querySelectorAll<HTMLElement>(".uw-record-open")];
    await click(keys[0]!);
    expect([local.cursor.value, local.hovered.value]).toEqual([rows(root)[0], rows(root)[0]]);
    keys[0]!.focus();
    await press(keys[0]!, "ArrowDown");
    expect(document.activeElement).toBe(keys[1]);
    await click(document.activeElement as HTMLElement);
    expect(local.cursor.value).toBe(rows(root)[1]);
  });

  it("goes back to the last page that exists when the selection shrinks", async () => {
    const { root, kernel } = await open(12);
    await until(() => expect(rows(root)).toHaveLength(5));
    await click(hook(root, "uw-records-next"));
    await until(() =>
      expect(hook(root, "uw-records-range").textContent).toBe("6–10 of 12"),
    );
    await act(() => kernel.choose(kernel.ranked("likelihood_ratio", 3)));
    await until(() => expect(hook(root, "uw-records-range").textContent).toBe("1–3 of 3"));
  });
});

describe("the search", () => {
  it("finds rows, selects nothing, and adds what may be removed", async () => {
    const { root, session, local, asked } = await open(0);
    await type(hook(root, "uw-search"), "free entry");
    await until(() => expect(local.found.value?.total).toBeGreaterThan(0));
    const found = local.found.value!;
    expect(session.removed.value.count()).toBe(0);
    await until(() =>
      expect(hook(root, "uw-search-add").textContent).toBe(`Add ${found.forget} matching rows`),
    );
    expect(local.hits.value?.count()).toBe(found.total);
    await click(hook(root, "uw-search-add"));
    await until(() => expect(session.removed.value.count()).toBe(found.forget));
    expect(asked("select").at(-1)).toMatchObject({ by: "search", text: "free entry", mode: "add" });
    await until(() =>
      expect(hook(root, "uw-search-subtract").textContent).toBe(`Keep ${found.forget} of them`),
    );
    expect(root.querySelector("[data-testid=uw-search-add]")).toBeNull();
  });

  it("says that retained rows are kept while they are locked", async () => {
    const { root, local } = await open(0);
    await type(hook(root, "uw-search"), "lunch");
    await until(() => expect(local.found.value?.retain).toBeGreaterThan(0));
    await until(() => expect(hook(root, "uw-search-actions").textContent).toContain("locked"));
  });

  it("waits for a pause in typing and asks for the newest words only", async () => {
    const { root, local, asked } = await open(0);
    for (const text of ["f", "fr", "free"]) await type(hook(root, "uw-search"), text);
    await until(() => expect(local.found.value?.text).toBe("free"));
    expect(asked("search").map((message) => message.text)).toEqual(["free"]);
  });

  it("says when nothing is found, and ends on Escape", async () => {
    const { root, local } = await open(3);
    await type(hook(root, "uw-search"), "zebra");
    await until(() => expect(root.textContent).toContain("No record contains “zebra”."));
    await press(hook(root, "uw-search"), "Escape");
    await until(() => expect(rows(root)).toHaveLength(3));
    expect(local.found.value).toBeNull();
  });

  it("shows markup in records as text", async () => {
    const { root } = await open(0);
    await type(hook(root, "uw-search"), "__injected");
    await until(() => expect(rows(root).length).toBeGreaterThan(0));
    expect(root.textContent).toContain("window.__injected");
    expect(root.querySelector("script, img, iframe")).toBeNull();
    expect("__injected" in window).toBe(false);
  });
});

describe("near-duplicates", () => {
  it("counts what is left behind and takes it on request", async () => {
    const { root, session } = await open(12);
    await until(() => expect(root.textContent).toMatch(/near-duplicates? (of|left)/));
    const left = root.querySelector<HTMLElement>("[data-testid=uw-duplicates]");
    const total = Number(left?.dataset.value ?? 0);
    const before = session.removed.value.count();
    expect(total).toBeGreaterThan(0);
    await click(hook(root, "uw-duplicates-add"));
    await until(() => expect(session.removed.value.count()).toBe(before + total));
  });
});

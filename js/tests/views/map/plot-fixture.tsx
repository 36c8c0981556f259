import { act } from "preact/test-utils";
import { vi } from "vitest";
import { Camera } from "../../../src/core/camera";
import type { PointRenderer, PointStyle } from "../../../src/render/renderer";
import { createLocal } from "../../../src/state/local";
import { openView } from "../../../src/state/view";
import { AnnouncerContext } from "../../../src/ui/live-region";
import { MapView, RendererContext } from "../../../src/views/map/map-view";
import type { RendererFactory } from "../../../src/views/map/stage";
import { FakeModel } from "../../fake-model";
import { mount } from "../../ui/mount";
import { hook, stubSession } from "../../ui/stub-session";
import { signal } from "@preact/signals";
import { Bitset } from "../../../src/core/bitset";

/** CSS pixels of the plot in these tests. */
export const WIDTH = 400;
export const HEIGHT = 300;
const SIDE = 10;

/** A renderer that draws nothing and remembers what it was asked for. */
export class SpyRenderer implements PointRenderer {
  readonly kind = "raster";
  onLost: (() => void) | null = null;
  style: Partial<PointStyle> = {};
  membership: Bitset | null = null;
  readonly resize = vi.fn();
  readonly setPoints = vi.fn();
  readonly draw = vi.fn<(camera: Camera) => boolean>(() => true);
  readonly dispose = vi.fn();

  setStyle(style: Partial<PointStyle>): void {
    this.style = { ...this.style, ...style };
  }

  updateMembership(preview: Bitset | null): void {
    this.membership = preview;
  }
}

/** Stands in for the parts of a browser that jsdom has not. */
export class FakeBrowser {
  reducedMotion = true;
  width = WIDTH;
  readonly captured = new Set<number>();
  readonly observers = new Set<() => void>();
  private readonly frames = new Map<number, FrameRequestCallback>();
  private handle = 0;

  constructor() {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the stubs below have their own
    const browser = this;
    vi.stubGlobal("matchMedia", (query: string) => ({
      matches: query.includes("reduced-motion") && browser.reducedMotion,
      addEventListener: () => undefined,
    }));
    vi.stubGlobal(
      "ResizeObserver",
      class {
        constructor(private readonly report: () => void) {}
        observe(): void {
          browser.observers.add(this.report);
        }
        disconnect(): void {
          browser.observers.delete(this.report);
        }
      },
    );
    vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => {
      this.frames.set(++this.handle, callback);
      return this.handle;
    });
    vi.stubGlobal("cancelAnimationFrame", (handle: number) => this.frames.delete(handle));
    vi.spyOn(Element.prototype, "clientWidth", "get").mockImplementation(() => this.width);
    vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(HEIGHT);
    Object.assign(Element.prototype, {
      setPointerCapture: (id: number) => this.captured.add(id),
      hasPointerCapture: (id: number) => this.captured.has(id),
      releasePointerCapture: (id: number) => this.captured.delete(id),
    });
  }

  /** Number of callbacks that wait for the next frame. */
  get waiting(): number {
    return this.frames.size;
  }

  /** Runs what was asked for the next animation frame. */
  async frame(now = 0): Promise<void> {
    const due = [...this.frames.values()];
    this.frames.clear();
    await act(() => due.forEach((callback) => callback(now)));
  }
}

/** 100 points on the corners of a grid, forget on the right half, one row in neither domain. */
export function gridSession() {
  const n = SIDE * SIDE;
  const positions = new Float32Array(2 * n);
  const domains = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    positions[2 * row] = row % SIDE;
    positions[2 * row + 1] = Math.floor(row / SIDE);
    domains[row] = row % SIDE >= SIDE / 2 ? 2 : 1;
  }
  domains[0] = 0;
  const session = stubSession(
    {},
    {
      n_rows: n,
      n_forget: 50,
      n_retain: 49,
      columns: [{ name: "lang", kind: "categorical" }, { name: "text", kind: "text" }],
    },
  );
  session.positions = signal(positions);
  session.domains = signal(domains);
  session.removed = signal(new Bitset(n));
  return session;
}

/** Opens a map on a session and gives what the tests hold on to. */
export async function openMap(
  browser: FakeBrowser,
  traits: Record<string, unknown> = {},
  session = gridSession(),
  make: () => SpyRenderer = () => new SpyRenderer(),
) {
  const renderers: SpyRenderer[] = [];
  const factory = vi.fn<RendererFactory>(() => {
    const renderer = make();
    renderers.push(renderer);
    return renderer;
  });
  const abort = new AbortController();
  const model = new FakeModel({ tool: "lasso", mode: "replace", color_by: "domain", ...traits });
  const view = openView(model.model, abort.signal);
  const local = createLocal();
  const announcer = { text: signal(""), say: vi.fn<(words: string) => void>() };
  const root = await mount(
    <AnnouncerContext.Provider value={announcer}>
      <RendererContext.Provider value={factory}>
        <MapView session={session} local={local} view={view} />
      </RendererContext.Provider>
    </AnnouncerContext.Provider>,
  );
  const plot = hook(root, "uw-plot");
  const bounds = { xmin: 0, xmax: SIDE - 1, ymin: 0, ymax: SIDE - 1 };
  const camera = Camera.fit(bounds, WIDTH, HEIGHT);
  /** Pixel of a place on the map while nothing has been moved. */
  const at = (x: number, y: number): [number, number] => camera.toPixel(x, y);
  return { root, plot, session, local, model, announcer, factory, renderers, camera, at, browser };
}

class PointerPress extends MouseEvent {
  readonly pointerId: number;
  readonly pointerType: string;

  constructor(type: string, init: PointerEventInit) {
    super(type, init);
    this.pointerId = init.pointerId ?? 1;
    this.pointerType = init.pointerType ?? "mouse";
  }
}

/** A pointer event at a pixel of the plot. */
export async function pointer(
  plot: HTMLElement,
  type: string,
  [clientX, clientY]: readonly [number, number],
  more: PointerEventInit & { coalesced?: readonly (readonly [number, number])[] } = {},
): Promise<void> {
  const { coalesced, ...init } = more;
  const pressed = type === "pointerdown" || type === "pointermove";
  const event = new PointerPress(type, {
    buttons: pressed ? 1 : 0,
    clientX,
    clientY,
    bubbles: true,
    cancelable: true,
    ...init,
  });
  if (coalesced !== undefined) {
    const parts = coalesced.map(
      ([x, y]) => new PointerPress(type, { ...init, clientX: x, clientY: y }),
    );
    Object.assign(event, { getCoalescedEvents: () => parts });
  }
  await act(() => {
    plot.dispatchEvent(event);
  });
}

/** Presses, moves through every further pixel and releases at the last one. */
export async function drag(
  plot: HTMLElement,
  pixels: readonly (readonly [number, number])[],
  init: PointerEventInit = {},
): Promise<void> {
  await pointer(plot, "pointerdown", pixels[0]!, init);
  for (const pixel of pixels.slice(1)) await pointer(plot, "pointermove", pixel, init);
  await pointer(plot, "pointerup", pixels.at(-1)!, { ...init, buttons: 0 });
}

/** A key press; gives the event so that a test can see whether it was taken. */
export async function key(
  target: Element,
  name: string,
  init: KeyboardEventInit = {},
): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", {
    key: name,
    bubbles: true,
    cancelable: true,
    composed: true,
    ...init,
  });
  await act(() => {
    target.dispatchEvent(event);
  });
  return event;
}

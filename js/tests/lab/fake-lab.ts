import type { JupyterFrontEnd } from "@jupyterlab/application";
import { Signal } from "@lumino/signaling";
import { LIVE_TARGET } from "../../src/wire/live-messages";
import { VALUES } from "../ui/stub-session";

/** A session as a kernel tells of it. */
export function told(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    n: 1,
    title: `Set ${id}`,
    names: { forget: "spam", retain: "ham" },
    rev: 4,
    effect: { ...VALUES },
    undo_label: "lasso",
    redo_label: null,
    store: { name: null, state: "memory" },
    manifest: null,
    views: [`view-${id}`],
    cell: "cell-1",
    ...more,
  };
}

type Content = Record<string, unknown> & { id: string; kind: string };

/** A kernel connection with the comm of live sessions behind it. */
export class FakeKernel {
  readonly iopubMessage = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, string>(this);
  readonly info: Promise<{ language_info: { name: string } }>;
  readonly asked: Content[] = [];
  handleComms = true;
  isDisposed = false;
  status = "idle";
  /** Whether there was a session before the page was loaded. */
  hasChannel = true;
  sessions: Record<string, unknown>[] = [];
  /** Answers of requests other than the list. */
  answer: (content: Content) => Record<string, unknown> = () => ({ ok: true, rev: 5 });
  private comm: FakeComm | null = null;

  constructor(
    readonly id = "kernel-1",
    language = "python",
  ) {
    this.info = Promise.resolve({ language_info: { name: language } });
  }

  requestCommInfo(): Promise<unknown> {
    const comms = this.hasChannel ? { [LIVE_TARGET]: { target_name: LIVE_TARGET } } : {};
    return Promise.resolve({ content: { status: "ok", comms } });
  }

  hasComm(id: string): boolean {
    return id === LIVE_TARGET && this.comm !== null;
  }

  createComm(): FakeComm {
    this.comm = new FakeComm(
      (content) => this.respond(content),
      () => (this.comm = null),
    );
    return this.comm;
  }

  /** Send something to the page. */
  say(data: Record<string, unknown>): void {
    this.comm?.onMsg({ content: { data: { v: 1, ...data } }, buffers: [] });
  }

  /** Make a widget of the package, as the first session does. */
  openWidget(name = "unlearn_widgets.session.session.Session"): void {
    const data = { state: { _anywidget_id: name } };
    const content = { comm_id: "x", target_name: "jupyter.widget", data };
    this.iopubMessage.emit({ header: { msg_type: "comm_open" }, content });
  }

  become(status: string): void {
    this.status = status;
    this.statusChanged.emit(status);
  }

  private respond(content: Content): void {
    if (content.kind === "nudge") return;
    this.asked.push(content);
    const { id, kind } = content;
    const reply =
      kind === "sessions" ? { ok: true, sessions: this.sessions } : this.answer(content);
    queueMicrotask(() => this.say({ id, kind, ...reply }));
  }
}

class FakeComm {
  onMsg: (message: unknown) => void = () => undefined;
  onClose: () => void = () => undefined;

  constructor(
    private readonly hear: (content: Content) => void,
    readonly dispose: () => void,
  ) {}

  send(content: Content): void {
    this.hear(content);
  }
}

/** A session context of JupyterLab. */
export class FakeContext {
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, unknown>(this);
  readonly connectionStatusChanged = new Signal<this, unknown>(this);
  readonly ready = Promise.resolve();
  isReady = true;
  isTerminating = false;
  isDisposed = false;
  kernelDisplayStatus = "idle";
  session: { kernel: FakeKernel } | null;

  constructor(kernel: FakeKernel | null) {
    this.session = kernel === null ? null : { kernel };
    kernel?.statusChanged.connect(() => this.statusChanged.emit(null));
  }

  change(kernel: FakeKernel | null): void {
    this.session = kernel === null ? null : { kernel };
    this.kernelChanged.emit(null);
  }
}

/** The panel of a notebook whose cells show these view models. */
export function fakePanel(id: string, cells: readonly { id: string; shows?: string }[]) {
  const widgets = cells.map((cell) => {
    const data = { "application/vnd.jupyter.widget-view+json": { model_id: cell.shows } };
    const outputs = { length: cell.shows === undefined ? 0 : 1, get: () => ({ data }) };
    return { model: { id: cell.id, outputs }, node: document.createElement("div") };
  });
  const node = document.createElement("div");
  node.append(...widgets.map((widget) => widget.node));
  document.body.append(node);
  const content = {
    widgets,
    activeCellIndex: 0,
    scrolled: null as unknown,
    scrollToCell: (cell: unknown) => {
      content.scrolled = cell;
      return Promise.resolve();
    },
  };
  return { id, node, content };
}

/** JupyterLab with notebooks that tests open. */
export class FakeLab {
  readonly executed: [command: string, args: unknown][] = [];
  readonly activated: string[] = [];
  /** Paths that the Contents API has. */
  readonly files = new Set<string>();
  private extend: ((panel: unknown, context: unknown) => { dispose(): void }) | null = null;
  private readonly currentChanged = new Signal<this, unknown>(this);

  /** What the shell has in front. */
  private readonly shell = {
    currentWidget: null as unknown,
    currentChanged: this.currentChanged,
    activateById: (id: string) => this.activated.push(id),
  };

  readonly app = {
    docRegistry: {
      addWidgetExtension: (_: string, { createNew }: { createNew: FakeLab["extend"] }) => {
        this.extend = createNew;
      },
    },
    shell: this.shell,
    commands: {
      execute: (command: string, args: unknown) => {
        this.executed.push([command, args]);
        return Promise.resolve();
      },
    },
    serviceManager: {
      contents: {
        get: (path: string) =>
          this.files.has(path) ? Promise.resolve({}) : Promise.reject(new Error("404")),
      },
    },
  } as unknown as JupyterFrontEnd;

  open(panel: unknown, sessionContext: FakeContext, path = "a/b.ipynb"): { dispose(): void } {
    const opened = this.extend!(panel, { sessionContext, path });
    this.activate(panel);
    return opened;
  }

  activate(widget: unknown): void {
    this.shell.currentWidget = widget;
    this.currentChanged.emit(null);
  }
}

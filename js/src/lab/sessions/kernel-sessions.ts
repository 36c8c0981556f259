import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { type ReadonlySignal, signal } from "@preact/signals";
import { LIVE_TARGET, type LiveProtocol, type LiveSession } from "../../wire/live-messages";
import { NoAnswerError, RequestChannel } from "../../wire/requests";
import { CommModel } from "./comm-model";
import { liveSessionOf, newsOf } from "./news";

/** Writing a manifest of a million rows takes a while. */
const SAVING = { timeout: 300_000 };

/** The live sessions of one kernel, over the comm on which it tells of them. */
export class KernelSessions {
  private readonly known = signal<readonly LiveSession[] | null>(null);
  private channel: RequestChannel<LiveProtocol> | null = null;
  private readonly clientId = `panel-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
  private link = new AbortController();

  /** Newest first; null until the kernel has said whether there are any. */
  readonly sessions: ReadonlySignal<readonly LiveSession[] | null> = this.known;

  /** Follow a kernel whose comms this connection handles; `touched` is told what changed there. */
  constructor(
    private readonly kernel: Kernel.IKernelConnection,
    private readonly touched: (session: string) => void,
    private readonly abort: AbortSignal,
  ) {
    const hear = (_: unknown, message: KernelMessage.IIOPubMessage): void => {
      // A kernel says nothing to those who have not asked, and its first session opens a widget.
      if (this.channel === null && opensOurWidget(message)) this.connect();
    };
    const follow = (): void => {
      if (GONE.has(kernel.status)) this.forget();
    };
    kernel.iopubMessage.connect(hear);
    kernel.statusChanged.connect(follow);
    abort.addEventListener(
      "abort",
      () => {
        kernel.iopubMessage.disconnect(hear);
        kernel.statusChanged.disconnect(follow);
        this.forget();
      },
      { once: true },
    );
    void this.look();
  }

  /** Undo or redo a change of a session. Rejects when the kernel refuses. */
  async command(session: string, name: "undo" | "redo"): Promise<void> {
    await this.reached().request("command", { session, name });
  }

  /** Write a manifest into the kernel's folder. Rejects when the kernel refuses. */
  async save(
    session: string,
    name: string,
    replace: boolean,
  ): Promise<{ readonly saved: boolean; readonly path: string }> {
    return this.reached().request("save", { session, name, replace }, [], SAVING);
  }

  private reached(): RequestChannel<LiveProtocol> {
    if (this.channel !== null) return this.channel;
    throw new NoAnswerError("This kernel has no forget set any more. Run its cells again.");
  }

  /** Ask whether the comm is there, as it is after the page was loaded again. */
  private async look(): Promise<void> {
    try {
      const { content } = await this.kernel.requestCommInfo({ target_name: LIVE_TARGET });
      if (this.abort.aborted || this.channel !== null) return;
      if (content.status === "ok" && LIVE_TARGET in content.comms) this.connect();
      else this.known.value = [];
    } catch {
      // The kernel went away meanwhile, which its status tells.
      if (!this.abort.aborted && this.channel === null) this.known.value = [];
    }
  }

  private connect(): void {
    if (this.abort.aborted || this.kernel.isDisposed || this.kernel.hasComm(LIVE_TARGET)) return;
    const comm = this.kernel.createComm(LIVE_TARGET, LIVE_TARGET);
    const link = new AbortController();
    const model = new CommModel(comm, (message) => this.hear(message));
    const channel = new RequestChannel<LiveProtocol>(model, this.clientId, link.signal);
    this.link = link;
    this.channel = channel;
    link.signal.addEventListener("abort", () => comm.dispose(), { once: true });
    comm.onClose = () => this.forget();
    void this.ask(channel);
  }

  private async ask(channel: RequestChannel<LiveProtocol>): Promise<void> {
    try {
      const { sessions } = await channel.request("sessions", {}, [], { timeout: 900_000 });
      const read = sessions.map(liveSessionOf).filter((session) => session !== null);
      if (this.channel === channel) this.known.value = newestFirst(read);
    } catch {
      if (this.channel === channel) this.forget();
    }
  }

  private hear(message: unknown): void {
    const news = newsOf(message);
    if (news === null) return;
    const id = news.kind === "changed" ? news.session.id : news.session;
    if (news.kind === "changed") this.touched(id);
    const others = (this.known.peek() ?? []).filter((session) => session.id !== id);
    this.known.value = newestFirst(news.kind === "changed" ? [...others, news.session] : others);
  }

  private forget(): void {
    this.channel = null;
    this.link.abort();
    this.known.value = [];
  }
}

const GONE: ReadonlySet<Kernel.Status> = new Set([
  "restarting",
  "autorestarting",
  "terminating",
  "dead",
]);

function newestFirst(sessions: readonly LiveSession[]): readonly LiveSession[] {
  return [...sessions].sort((a, b) => b.n - a.n);
}

function opensOurWidget({ header, content }: KernelMessage.IIOPubMessage): boolean {
  if (header.msg_type !== "comm_open") return false;
  const { data } = content as KernelMessage.ICommOpenMsg["content"];
  const { state } = data as { state?: Readonly<Record<string, unknown>> };
  return typeof state?._anywidget_id === "string" && state._anywidget_id.startsWith(PACKAGE);
}

const PACKAGE = "unlearn_widgets.";

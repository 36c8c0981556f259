import type { ISessionContext } from "@jupyterlab/apputils";
import type { Kernel } from "@jupyterlab/services";
import { effect, signal } from "@preact/signals";
import type { KernelPlace } from "../../views/panel/panel-model";
import { KernelSessions } from "./kernel-sessions";
import type { Notebooks } from "./notebooks";
import { kernelPlace } from "./place";

interface Followed {
  readonly connection: Kernel.IKernelConnection;
  readonly sessions: KernelSessions;
  readonly abort: AbortController;
}

/** The kernels of the open notebooks; two notebooks may share one. */
export class Kernels {
  private readonly followed = new Map<string, Followed>();
  private readonly watched = new WeakSet<ISessionContext>();
  private readonly languages = new WeakMap<Kernel.IKernelConnection, string>();
  /** Another map whenever a kernel has come, gone, started or finished something. */
  private readonly places = signal<ReadonlyMap<ISessionContext, KernelPlace>>(new Map());

  /** `touched` is told which session a change was made in. */
  constructor(
    private readonly notebooks: Notebooks,
    private readonly touched: (session: string) => void,
  ) {
    effect(() => {
      for (const { kernel } of notebooks.open.value) this.watch(kernel);
      this.follow();
    });
  }

  /** The live sessions of a notebook's kernel, or null where nothing can be known of them. */
  sessionsOf(context: ISessionContext): KernelSessions | null {
    const kernel = context.session?.kernel ?? null;
    return kernel === null ? null : (this.followed.get(kernel.id)?.sessions ?? null);
  }

  /** Where a notebook's kernel stands; changes, for signals, whenever it may show other cells. */
  placeOf(context: ISessionContext): KernelPlace {
    return this.places.value.get(context) ?? { state: "starting" };
  }

  private watch(context: ISessionContext): void {
    if (this.watched.has(context)) return;
    this.watched.add(context);
    const follow = (): void => this.follow();
    context.kernelChanged.connect(follow);
    context.statusChanged.connect(follow);
    context.connectionStatusChanged.connect(follow);
    void context.ready.then(follow, follow);
  }

  private follow(): void {
    const wanted = new Map<string, Kernel.IKernelConnection>();
    for (const { kernel: context } of this.notebooks.open.peek()) {
      const kernel = context.isDisposed ? null : (context.session?.kernel ?? null);
      if (kernel === null || kernel.isDisposed) continue;
      this.learnLanguage(kernel);
      if (kernel.handleComms) wanted.set(kernel.id, kernel);
    }
    for (const [id, { connection, abort }] of [...this.followed]) {
      if (wanted.get(id) === connection) continue;
      abort.abort();
      this.followed.delete(id);
    }
    for (const [id, connection] of wanted) {
      if (this.followed.has(id)) continue;
      const abort = new AbortController();
      const sessions = new KernelSessions(connection, this.touched, abort.signal);
      this.followed.set(id, { connection, sessions, abort });
    }
    this.tell();
  }

  private tell(): void {
    const contexts = this.notebooks.open.peek().map(({ kernel }) => kernel);
    this.places.value = new Map(contexts.map((context) => [context, this.look(context)]));
  }

  private look(context: ISessionContext): KernelPlace {
    const kernel = context.session?.kernel ?? null;
    const place = kernelPlace(context, (kernel && this.languages.get(kernel)) ?? null);
    // Another notebook of this window may handle the comms of this one's kernel.
    const reached = place.state === "elsewhere" && this.sessionsOf(context) !== null;
    return reached ? { state: "ready" } : place;
  }

  private learnLanguage(kernel: Kernel.IKernelConnection): void {
    if (this.languages.has(kernel)) return;
    this.languages.set(kernel, "python");
    const learn = ({ language_info: { name } }: { language_info: { name: string } }): void => {
      this.languages.set(kernel, name);
      this.tell();
    };
    void kernel.info.then(learn, () => this.languages.delete(kernel));
  }
}

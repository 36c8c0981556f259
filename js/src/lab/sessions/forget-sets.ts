import type { JupyterFrontEnd } from "@jupyterlab/application";
import { computed, type ReadonlySignal, signal, type Signal } from "@preact/signals";
import { type HostCommand, hostCommandEvent } from "../../ui/host-commands";
import type { Draft, PanelModel, Place, Refusal } from "../../views/panel/panel-model";
import type { LiveSession } from "../../wire/live-messages";
import type { KernelSessions } from "./kernel-sessions";
import { Kernels } from "./kernels";
import { cellThatShows, cellWithId, type OpenNotebook, type Notebooks } from "./notebooks";
import { reviewPath } from "./review-path";

const REVIEW_FACTORY = "Forget set review";

/** The forget sets of the active notebook's kernel, and what can be done with them. */
export class ForgetSets implements PanelModel {
  readonly place: ReadonlySignal<Place>;
  /** The session that commands act on: the one used last, else the newest. */
  readonly current: ReadonlySignal<LiveSession | null>;
  readonly draft: Signal<Draft | null> = signal(null);
  readonly refusal: Signal<Refusal | null> = signal(null);

  private readonly touched = signal<string | null>(null);
  private readonly kernels: Kernels;

  constructor(
    private readonly app: JupyterFrontEnd,
    readonly notebooks: Notebooks,
  ) {
    this.kernels = new Kernels(notebooks, (session) => (this.touched.value = session));
    document.addEventListener(
      "focusin",
      ({ target }) => {
        const root = (target as Element | null)?.closest<HTMLElement>(VIEWS);
        if (root?.dataset.uwSession !== undefined) this.touched.value = root.dataset.uwSession;
      },
      ALWAYS,
    );
    this.place = computed(() => this.placeNow());
    this.current = computed(() => this.currentIn(this.place.value));
  }

  /** What there is to show of any open notebook. */
  placeIn(notebook: OpenNotebook): Place {
    const place = this.kernels.placeOf(notebook.kernel);
    if (place.state !== "ready") return place;
    const known = this.kernels.sessionsOf(notebook.kernel)?.sessions.value ?? null;
    if (known === null) return { state: "asking" };
    const behind = known.filter((session) => this.isBehind(session, known));
    return { state: "live", sessions: known.filter((one) => !behind.includes(one)), behind };
  }

  /** The session that commands act on in a place. */
  currentIn(place: Place): LiveSession | null {
    if (place.state !== "live") return null;
    const all = [...place.sessions, ...place.behind];
    return all.find(({ id }) => id === this.touched.value) ?? place.sessions[0] ?? null;
  }

  async undo({ id }: LiveSession): Promise<void> {
    await this.ask(id, (kernel) => kernel.command(id, "undo"));
  }

  async redo({ id }: LiveSession): Promise<void> {
    await this.ask(id, (kernel) => kernel.command(id, "redo"));
  }

  /** Begin to save a manifest: its name comes first. */
  startSaving(session: LiveSession, review = false): void {
    const name = session.manifest?.name ?? proposedName(session.title);
    this.refusal.value = null;
    this.draft.value = { session: session.id, name, taken: false, busy: false, review };
  }

  /** Save the manifest that was begun, and open it where that was the aim. */
  async finishSaving(name: string, replace: boolean): Promise<void> {
    const begun = this.draft.peek();
    if (begun === null || begun.busy) return;
    this.draft.value = { ...begun, name, taken: false, busy: true };
    const { session } = begun;
    const answer = await this.ask(session, (kernel) => kernel.save(session, name, replace));
    if (this.draft.peek()?.session !== session) return;
    if (answer?.saved !== true) {
      this.draft.value = { ...begun, name, taken: answer?.saved === false, busy: false };
      return;
    }
    this.draft.value = null;
    if (begun.review) await this.openReview(session, answer.path);
  }

  cancelSaving(): void {
    if (this.draft.peek()?.busy !== true) this.draft.value = null;
    this.refusal.value = null;
  }

  /** Open the manifest of a session; one that is older than the session is saved first. */
  async review(session: LiveSession): Promise<void> {
    if (session.manifest?.current !== true) this.startSaving(session, true);
    else await this.openReview(session.id, session.manifest.path);
  }

  /** Show the cell that shows a session. */
  async reveal(session: LiveSession): Promise<void> {
    const found = this.cellOf(session);
    if (found === null) {
      const words = "No open notebook has the cell that made it.";
      this.refusal.value = { session: session.id, words };
      return;
    }
    const { panel } = found.notebook;
    this.app.shell.activateById(panel.id);
    panel.content.activeCellIndex = panel.content.widgets.indexOf(found.cell);
    await panel.content.scrollToCell(found.cell, "start");
  }

  /** Let a view of the active notebook carry out a command; whether one did. */
  async send(command: HostCommand): Promise<boolean> {
    const session = this.current.peek();
    const panel = this.notebooks.active.peek()?.panel;
    if (session === null || panel === undefined) return false;
    const carryOut = (root: HTMLElement): boolean => !root.dispatchEvent(hostCommandEvent(command));
    if (viewsIn(panel.node, session.id).some(carryOut)) return true;
    // Cells that are scrolled away are not in the page.
    const cell = this.cellOf(session)?.cell;
    if (cell === undefined) return false;
    await this.reveal(session);
    return viewsIn(cell.node, session.id).some(carryOut);
  }

  private placeNow(): Place {
    const notebook = this.notebooks.active.value;
    return notebook === null ? { state: "no-notebook" } : this.placeIn(notebook);
  }

  private isBehind(session: LiveSession, known: readonly LiveSession[]): boolean {
    const newer = known.some(({ cell, n }) => cell === session.cell && n > session.n);
    const shown = this.notebooks.open.value.some(
      (notebook) => cellThatShows(notebook, session) !== null,
    );
    return !shown && session.cell !== null && (newer || session.views.length > 0);
  }

  private cellOf(session: LiveSession) {
    const active = this.notebooks.active.peek();
    const others = this.notebooks.open.peek().filter((other) => other !== active);
    const notebooks = active === null ? others : [active, ...others];
    for (const find of [
      (notebook: OpenNotebook) => cellThatShows(notebook, session),
      (notebook: OpenNotebook) => cellWithId(notebook, session.cell),
    ]) {
      for (const notebook of notebooks) {
        const cell = find(notebook);
        if (cell !== null) return { notebook, cell };
      }
    }
    return null;
  }

  private async openReview(session: string, file: string): Promise<void> {
    const notebook = this.notebooks.active.peek()?.path() ?? "";
    const path = await reviewPath(file, notebook, this.app.serviceManager.contents);
    if (path === null) {
      const words = `The kernel wrote ${file}, which lies outside of what JupyterLab shows here.`;
      this.refusal.value = { session, words };
      return;
    }
    await this.app.commands.execute("docmanager:open", { path, factory: REVIEW_FACTORY });
  }

  /** Ask the kernel of a session; null when it refused, with its words in `refusal`. */
  private async ask<T>(
    session: string,
    question: (kernel: KernelSessions) => Promise<T>,
  ): Promise<T | null> {
    const notebook = this.notebooks.active.peek();
    const kernel = notebook === null ? null : this.kernels.sessionsOf(notebook.kernel);
    if (kernel === null) return null;
    this.refusal.value = null;
    try {
      return await question(kernel);
    } catch (error) {
      this.refusal.value = { session, words: (error as Error).message };
      return null;
    }
  }
}

const VIEWS = ".uw-root[data-uw-session]";
/** The service lives as long as the page. */
const ALWAYS = { signal: new AbortController().signal };

function viewsIn(node: HTMLElement, session: string): HTMLElement[] {
  const focused = document.activeElement;
  const rank = (root: HTMLElement): number => {
    if (root.contains(focused)) return 0;
    return root.dataset.uwSession === session ? 1 : 2;
  };
  return [...node.querySelectorAll<HTMLElement>(VIEWS)]
    .filter((root) => root.isConnected && root.getClientRects().length > 0)
    .sort((a, b) => rank(a) - rank(b));
}

/** A file name from a title. */
function proposedName(title: string): string {
  const words = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${words || "forget-set"}.forget.json`;
}

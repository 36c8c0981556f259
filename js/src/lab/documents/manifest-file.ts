import type { DocumentRegistry } from "@jupyterlab/docregistry";
import type { Contents } from "@jupyterlab/services";

/** The file behind a review page, through JupyterLab's document context. */
export class ManifestFile {
  /** What there is to say about the file, for the person. */
  remark: string | null = null;
  /** Called when the text or the remark is another one. */
  changed: () => void = () => undefined;
  private saving = false;

  constructor(
    private readonly context: DocumentRegistry.Context,
    private readonly contents: Contents.IManager,
    private readonly abort: AbortSignal,
  ) {
    const follow = (): void => {
      if (context.isReady && !this.saving) this.changed();
    };
    context.model.contentChanged.connect(follow);
    abort.addEventListener("abort", () => context.model.contentChanged.disconnect(follow), {
      once: true,
    });
  }

  /** What the file holds. */
  get text(): string {
    return this.context.model.toString();
  }

  /** Why the file cannot be written; null where it can. */
  get locked(): string | null {
    const writable = this.context.contentsModel?.writable !== false;
    return writable && !this.context.model.readOnly
      ? null
      : "This file is read-only here, so nobody can sign it on this page.";
  }

  /** Write another text. Throws an Error that says why it was not written. */
  async save(text: string): Promise<void> {
    const state = await this.follow();
    if (state === "gone") {
      throw new Error("The file is no longer there. Save the forget set again, then sign it.");
    }
    if (state === "changed") {
      throw new Error("The file changed on disk and was read again: look at it, then sign.");
    }
    const { model } = this.context;
    const before = this.text;
    this.saving = true;
    try {
      model.fromString(text);
      await this.context.save();
      if (model.dirty) throw new Error("It was not saved.");
      this.remark = null;
    } catch (error) {
      // A sign-off that is shown is one that stands in the file.
      model.fromString(before);
      model.dirty = false;
      throw new Error(`It was not saved. ${(error as Error).message}`, { cause: error });
    } finally {
      this.saving = false;
      this.changed();
    }
  }

  /** Read the file again if it is another one on disk, and tell the person. */
  async follow(): Promise<"same" | "changed" | "gone"> {
    const known = this.context.contentsModel;
    if (!this.context.isReady || this.saving || this.context.model.dirty || known === null) {
      return "same";
    }
    let found: Contents.IModel;
    try {
      found = await this.contents.get(this.context.path, { content: false, hash: true });
    } catch (error) {
      if ((error as { response?: Response }).response?.status !== 404) throw error;
      this.tell("The file is no longer there; this page shows what was read from it.");
      return "gone";
    }
    if (this.abort.aborted || isSame(known, found)) return "same";
    await this.context.revert();
    this.tell("The file changed on disk and was read again.");
    return "changed";
  }

  private tell(remark: string): void {
    this.remark = remark;
    this.changed();
  }
}

type Known = Omit<Contents.IModel, "content">;

function isSame(known: Known, found: Known): boolean {
  const hashed = typeof known.hash === "string" && typeof found.hash === "string";
  return hashed ? known.hash === found.hash : known.last_modified === found.last_modified;
}

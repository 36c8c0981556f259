import { ABCWidgetFactory, type DocumentRegistry, DocumentWidget } from "@jupyterlab/docregistry";
import type { Contents } from "@jupyterlab/services";
import { Widget } from "@lumino/widgets";
import { h } from "preact";
import { mountAlone } from "../../views/review/mount";
import { ReviewView } from "../../views/review/review-view";
import { ManifestFile } from "./manifest-file";
import { forgetIcon } from "../file-type";

/** The review page of one file. */
export class ReviewPage extends Widget {
  private readonly abort = new AbortController();
  private readonly file: ManifestFile;

  constructor(context: DocumentRegistry.Context, contents: Contents.IManager) {
    super();
    this.addClass("uw-review-page");
    this.node.style.overflow = "auto";
    this.node.tabIndex = -1;
    this.file = new ManifestFile(context, contents, this.abort.signal);
    const draw = mountAlone(this.node, this.abort.signal);
    this.file.changed = () => {
      const { text, remark, locked } = this.file;
      draw(h(ReviewView, { text, remark, locked, save: (next) => this.file.save(next) }));
    };
    void context.ready.then(() => this.file.changed());
  }

  override dispose(): void {
    this.abort.abort();
    super.dispose();
  }

  protected override onAfterShow(): void {
    this.file.follow().catch(() => {
      // Signing says so when the server does not answer.
    });
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }
}

/** Makes review pages for JupyterLab's document manager. */
export class ReviewFactory extends ABCWidgetFactory<DocumentWidget<ReviewPage>> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<DocumentWidget<ReviewPage>>,
    private readonly contents: Contents.IManager,
  ) {
    super(options);
  }

  protected override createNewWidget(
    context: DocumentRegistry.Context,
  ): DocumentWidget<ReviewPage> {
    const content = new ReviewPage(context, this.contents);
    const page = new DocumentWidget<ReviewPage>({ content, context });
    page.title.icon = forgetIcon;
    return page;
  }
}

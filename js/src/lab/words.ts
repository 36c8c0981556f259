import type { ITranslator, TranslationBundle } from "@jupyterlab/translation";
import { nullTranslator } from "@jupyterlab/translation";

/** The labels of the extension in the person's language. */
export function wordsOf(translator: ITranslator | null): TranslationBundle {
  return (translator ?? nullTranslator).load("unlearn_widgets");
}

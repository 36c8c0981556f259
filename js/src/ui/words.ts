/** The words of an interface in the person's language, as JupyterLab's translations give them. */
export interface Words {
  /** A text with its arguments in place of %1, %2, ... */
  __(text: string, ...args: readonly unknown[]): string;
  /** The form that fits a number, which stands in place of %1. */
  _n(singular: string, plural: string, n: number, ...args: readonly unknown[]): string;
}

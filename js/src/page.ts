import { openPage } from "./page/open-page";

declare global {
  interface Window {
    /** Positions of the rows chosen now, for whoever wants to take them back into Python. */
    unlearnRemoved?: () => number[];
  }
}

const removed = openPage(document, new AbortController().signal);
if (removed !== null) window.unlearnRemoved = removed;

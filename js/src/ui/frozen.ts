import { createContext } from "preact";

/** Whether the selection cannot be changed here, so that every tool that would is disabled. */
export const FrozenContext = createContext(false);

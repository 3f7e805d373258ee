import { KataCompiler, KataParser } from "ronin-plugin-api";

/** The embedded host's own classes: what the Dojo compiles with. */
export const kataClasses = { KataParser, KataCompiler };

import type { Case } from "../case.ts";
import { concepts } from "./concepts.ts";
import { discovery } from "./discovery.ts";
import { dojo } from "./dojo.ts";
import { examples } from "./examples.ts";
import { practices } from "./practices.ts";
import { reference } from "./reference.ts";
import { workflow } from "./workflow.ts";

/** The tests of the guide's blocks, in the guide's order. */
export const cases: readonly Case[] = [
  ...concepts,
  ...discovery,
  ...workflow,
  ...dojo,
  ...reference,
  ...examples,
  ...practices,
];

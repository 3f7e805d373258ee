import type { Block } from "./read-guide.ts";
import type { Run } from "./run.ts";
import type { createSetting } from "./setting.ts";
import type { Form } from "./wrap.ts";

/** One thing that the guide says about a block, shown by running it. */
export type Claim = (run: Run, arrange: typeof createSetting, block: Block) => Promise<void>;

/** The test of one block, found by where the block stands in the guide. */
export interface Case extends Pick<Block, "heading" | "ordinal"> {
  form: Form;
  claims: Record<string, Claim>;
}

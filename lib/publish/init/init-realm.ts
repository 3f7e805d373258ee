import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toGitignore } from "./gitignore.ts";
import { toReadme } from "./readme.ts";
import { TEMPLATE_KATA_PATH, toTemplateKata } from "./template-kata.ts";
import { toWorkflow, WORKFLOW_PATH } from "./workflow.ts";

export interface InitOptions {
  folder: string;
  realm: string;
  name: string;
  /** With a workflow that publishes to GitHub Pages: the built command in one file, and its licences. */
  github?: { commandFile: string; licencesFile: string } | undefined;
}

export interface InitOutcome {
  /** Paths below the folder. */
  written: string[];
  /** They were there before and stay as they are. */
  kept: string[];
}

/** Where the command lies in a repository that publishes by itself. */
export const TOOL_PATH = "tools/realms.js";

/** Makes the folder of a new realm. No file that is there is ever changed. */
export async function initRealm({ folder, realm, name, github }: InitOptions): Promise<InitOutcome> {
  const isOnGithub = github !== undefined;
  const files: Array<[path: string, content: string | Uint8Array]> = [
    [TEMPLATE_KATA_PATH, toTemplateKata(name)],
    ["README.md", toReadme({ id: realm, name, isOnGithub })],
    [".gitignore", toGitignore(isOnGithub)],
  ];
  if (github !== undefined) {
    files.push(
      [WORKFLOW_PATH, toWorkflow({ realm, name })],
      [TOOL_PATH, await readFile(github.commandFile)],
      ["tools/THIRD_PARTY_LICENSES.txt", await readFile(github.licencesFile)],
    );
  }
  const outcome: InitOutcome = { written: [], kept: [] };
  for (const [path, content] of files) {
    const isNew = await writeNew(join(folder, path), content);
    (isNew ? outcome.written : outcome.kept).push(path);
  }
  return outcome;
}

/** False when there is such a file already. */
async function writeNew(path: string, content: string | Uint8Array): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

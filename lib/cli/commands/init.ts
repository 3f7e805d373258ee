import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { realmIdSchema } from "../../model/realm.ts";
import { type InitOptions, initRealm, TOOL_PATH } from "../../publish/init/init-realm.ts";
import { parseOptionText } from "../../publish/option-text.ts";
import { CommandError } from "../command-error.ts";
import type { FolderContext } from "../folder-context.ts";
import { toFields } from "../format.ts";
import type { Report } from "../print.ts";

export interface InitCommandOptions {
  realm?: string | undefined;
  name?: string | undefined;
  github?: boolean | undefined;
}

/**
 * `realms init [folder]`: a folder to publish from, with a kata to begin with.
 *
 * @param program what this process runs: the built command is copied into a repository that publishes by itself
 * @throws CommandError `usage`; PublishError for a name that cannot be shown
 */
export async function initCommand(
  { around }: FolderContext,
  folder: string,
  options: InitCommandOptions,
  program: string = Bun.main,
): Promise<Report> {
  const root = resolve(around.cwd, folder);
  if (folder === "") throw new CommandError("usage", "Name a folder, new or not.");
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new CommandError("usage", `${folder} is a file. Name a folder, new or not.`);
  }
  const realm = toRealmId(options.realm ?? toIdLike(basename(root)));
  const name = parseOptionText("--name", options.name ?? realm, 80);
  const github = options.github === true ? findBuiltCommand(program) : undefined;
  const { written, kept } = await initRealm({ folder: root, realm, name, github });
  const command = github === undefined ? "realms" : `bun ${TOOL_PATH}`;
  return {
    json: { outcome: "made", realm, name, written, kept },
    lines: [
      `${folder} is ready to publish the realm ${realm}.`,
      "",
      ...toFields([
        ["wrote", written],
        ["kept", kept],
        [
          "next",
          [
            ...(root === resolve(around.cwd) ? [] : [`cd ${toShellWord(folder)}`]),
            `${command} build katas --out site --realm ${realm}`,
            `${command} check site`,
          ],
        ],
      ]),
    ],
  };
}

function toRealmId(given: string): string {
  if (realmIdSchema.safeParse(given).success) return given;
  throw new CommandError(
    "usage",
    "--realm needs an id of lower-case letters, digits, - and _, at most 64 characters.",
  );
}

/** A folder's name as an id, where that is plain: `Acme Katas` → `acme-katas`. */
function toIdLike(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[-_]+|-+$/g, "")
    .slice(0, 64);
}

/** As a person can paste it. */
function toShellWord(text: string): string {
  return /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Only the built command runs without this project around it. */
function findBuiltCommand(program: string): InitOptions["github"] {
  const licencesFile = [
    join(dirname(program), "../agents/ronin-realms/THIRD_PARTY_LICENSES.txt"),
    join(dirname(program), "THIRD_PARTY_LICENSES.txt"),
  ].find((path) => existsSync(path));
  if (program.endsWith(".js") && licencesFile !== undefined) return { commandFile: program, licencesFile };
  throw new CommandError(
    "usage",
    "--github puts a copy of this command into the repository, and needs the built one for it.\nBuild it with npm run build, then run dist/bin/realms.js init --github.",
  );
}

import { Command, InvalidArgumentError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addBrowsing } from "./browsing.ts";
import { globalsOf } from "./command-options.ts";
import { type ApproveOptions, approveRequest } from "./commands/approve.ts";
import { showPageLink } from "./commands/page.ts";
import { listPending } from "./commands/pending.ts";
import { listReceipts } from "./commands/receipts.ts";
import { type RejectOptions, rejectRequest } from "./commands/reject.ts";
import { showStatus } from "./commands/status.ts";
import { trustCommand } from "./commands/trust.ts";
import { type VerifyOptions, verifyCommand } from "./commands/verify.ts";
import type { RunCommand } from "./context.ts";
import type { RunDeskCommand } from "./desk/with-desk.ts";
import type { RunFolderCommand } from "./folder-context.ts";
import { LINE_WIDTH } from "./format.ts";
import { addLife } from "./life.ts";
import { parsePort } from "./locate-host.ts";
import { addPublishing } from "./publishing.ts";
import { addRealms } from "./realm-commands.ts";
import { addSigning } from "./signing.ts";
import type { Surroundings } from "./surroundings.ts";
import { addCompletion, addUpkeep } from "./upkeep.ts";

/** What each kind of command is run by. */
export interface Runners {
  run: RunCommand;
  runDesk: RunDeskCommand;
  runFolder: RunFolderCommand;
}

const afterHelp = `
First steps with a Ronin:
  realms drop-in ~/.ronin        put the pack into it, then restart it
  realms doctor                  see whether all is well, and what to do if not
  realms realm add <id> <url>    follow a realm; its publisher tells both
  realms search mail             find a kata there
  realms install <kata>          see what it does, decide, and install it
First steps with a realm of your own:  realms init my-realm

The host is found by --db and --port (or WEBHOOK_PORT), else by the note that
it leaves when it starts, else as ./ronin.db on port 3000. Decisions go through
its page, which the token in ~/.ronin/realms opens (RONIN_REALMS_HOME moves it).

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
`;

/** The command line: what can be said, and which command each of it runs. Misuse throws a CommanderError. */
export function createProgram(
  around: Pick<Surroundings, "stdout" | "stderr">,
  { run, runDesk, runFolder }: Runners,
): Command {
  const program = new Command("realms")
    .description("Decide which katas from realms are installed into this Ronin, and publish realms.")
    .version(manifest.version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .option("--db <file>", "database of the running Ronin")
    .option("--port <n>", "port of the running Ronin", readPort)
    .option("--json", "print one JSON document")
    .addHelpText("after", afterHelp)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => around.stdout.write(text),
      writeErr: (text) => around.stderr.write(text),
      getOutHelpWidth: () => LINE_WIDTH,
      getErrHelpWidth: () => LINE_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(text.replace(/^error: /, "realms: ")),
    })
    .showHelpAfterError("Help: realms --help")
    .exitOverride();
  program.commandsGroup("Commands to find katas and decide:");
  addBrowsing(program, runDesk);
  addReaders(program, { run, runDesk });
  addDecisions(program, runDesk);
  program.commandsGroup("Commands for realms and this Ronin:");
  addRealms(program, runDesk);
  addTrust(program, run);
  addLife(program, run);
  addUpkeep(program, runFolder);
  addCompletion(program, runFolder);
  addPublishing(program, runFolder, run);
  addSigning(program, runFolder);
  return program;
}

function addReaders(program: Command, { run, runDesk }: Pick<Runners, "run" | "runDesk">): void {
  program
    .command("pending")
    .description("what waits for a decision")
    .action((_options: unknown, command: Command) => runDesk(globalsOf(command), listPending));
  program
    .command("page")
    .description("the link that opens the Dojo page")
    .action((_options: unknown, command: Command) => run(globalsOf(command), showPageLink));
  program
    .command("receipts")
    .description("what was installed, newest first")
    .action((_options: unknown, command: Command) => runDesk(globalsOf(command), listReceipts));
  program
    .command("status")
    .description("whether Ronin answers, and how fresh each realm is")
    .action((_options: unknown, command: Command) => runDesk(globalsOf(command), showStatus));
  program
    .command("verify")
    .description("whether what is installed is still what its receipts say")
    .option("--ronin <checkout>", "compile with the Ronin that lies there")
    .action((options: VerifyOptions, command: Command) =>
      run(globalsOf(command), (context) => verifyCommand(context, options)),
    );
}

function addDecisions(program: Command, run: RunDeskCommand): void {
  program
    .command("approve")
    .description("install what a request proposes")
    .argument("<id>", "id of the request, or its first characters")
    .option("--kata-version <version>", "the version to install, such as v2")
    .option("--as <name>", "who approves (default: your user name)")
    .option("--accept-other-compiler", "accept a graph compiled by another Ronin version")
    .option("--accept-stale", "accept a realm whose signatures have expired")
    .option("-y, --yes", "do not ask")
    .action((id: string, options: ApproveOptions, command: Command) =>
      run(globalsOf(command), (context) => approveRequest(context, id, options)),
    );
  program
    .command("reject")
    .description("end a request without installing anything")
    .argument("<id>", "id of the request, or its first characters")
    .requiredOption("--reason <text>", "why; it stays with the request")
    .option("--as <name>", "who rejects (default: your user name)")
    .action((id: string, options: RejectOptions, command: Command) =>
      run(globalsOf(command), (context) => rejectRequest(context, id, options)),
    );
}

function addTrust(program: Command, run: RunCommand): void {
  program
    .command("trust")
    .description("what a realm's signatures are worth here")
    .argument("[realm]", "its id (default: every realm)")
    .action((id: string | undefined, _options: unknown, command: Command) =>
      run(globalsOf(command), (context) => trustCommand(context, id)),
    );
}

function readPort(text: string): number {
  const port = parsePort(text);
  if (port === undefined) throw new InvalidArgumentError("Expected 1 to 65535.");
  return port;
}

import type { Command } from "commander";
import { globalsOf } from "./command-options.ts";
import { type AddRealmOptions, addRealm, changeRealm, listRealms } from "./commands/realm.ts";
import { syncCommand } from "./commands/sync.ts";
import type { RealmChange } from "./desk/command-desk.ts";
import type { RunDeskCommand } from "./desk/with-desk.ts";

/** Adds the commands of someone who decides which realms this Ronin follows. */
export function addRealms(program: Command, run: RunDeskCommand): void {
  program
    .command("sync")
    .description("bring realms up to date now, and wait for it")
    .argument("[realm...]", "their ids (default: every enabled realm)")
    .action((ids: string[], _options: unknown, command: Command) =>
      run(globalsOf(command), (context) => syncCommand(context, ids)),
    );
  const realm = program.command("realm").description("the realms that this Ronin follows");
  realm.helpCommand(false);
  realm
    .command("list")
    .description("every realm: trust, age, what went wrong")
    .action((_options: unknown, command: Command) => run(globalsOf(command), listRealms));
  realm
    .command("add")
    .description("follow a realm, after you saw who signs it")
    .argument("<id>", "what it is called here: lower-case letters, digits, - and _")
    .argument("<url>", "the folder with its files, at its publisher")
    .option("--name <text>", "a name for people (default: the id)")
    .option("--fingerprint <sha256>", "the root that its publisher gave out; it then asks nothing")
    .option("-y, --yes", "do not ask")
    .action((id: string, url: string, options: AddRealmOptions, command: Command) =>
      run(globalsOf(command), (context) => addRealm(context, id, url, options)),
    );
  addChange(realm, run, "enable", "sync and search a realm again");
  addChange(realm, run, "disable", "keep a realm, and neither sync nor search it");
  addChange(realm, run, "reset", "forget a realm's keys, and trust what it shows next").option(...yes);
  addChange(realm, run, "remove", "stop following a realm").option(...yes);
}

const yes = ["-y, --yes", "do not ask"] as const;

function addChange(realm: Command, run: RunDeskCommand, change: RealmChange, description: string): Command {
  return realm
    .command(change)
    .description(description)
    .argument("<realm>", "its id")
    .action((id: string, options: { yes?: boolean }, command: Command) =>
      run(globalsOf(command), (context) => changeRealm(context, change, id, options)),
    );
}

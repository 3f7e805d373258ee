import { parseKataRef } from "../../model/kata.ts";
import type { Dependants } from "../../registry/registry.ts";
import { retryBusy } from "../../registry/retry.ts";
import { CommandError } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { toFields } from "../format.ts";
import { toPersonName } from "../person-name.ts";
import type { Report } from "../print.ts";
import { requireYes } from "../require-yes.ts";

export interface UninstallOptions {
  as?: string | undefined;
  yes?: boolean | undefined;
}

/**
 * `realms uninstall <kata>`: shows what names the kata, asks, takes it out of the host and keeps a record. Needs
 * no network and no running Ronin.
 *
 * @throws CommandError `usage`, `declined`, `interrupted`; RegistryError `unknown_kata`, `host_changed`
 */
export async function uninstallCommand(
  context: CommandContext,
  text: string,
  options: UninstallOptions,
): Promise<Report> {
  const { registry, around } = context;
  const kata = parseKataRef(text);
  if (kata === undefined) {
    throw new CommandError("usage", `Expected a name and a version such as finance.audit@v2, not ${text}.`);
  }
  const by = toPersonName(options.as, around);
  const dependants = await retryBusy(() => registry.findDependants(kata.name, kata.version));
  context.say(toDependantLines(text, dependants));
  await requireYes(context, options.yes, `Take ${text} out of this Ronin?`);
  const removal = await retryBusy(() => registry.removeHostKata(kata, by));
  return {
    lines: [`Taken out: ${text}. Its source and receipts stay.`],
    json: { outcome: "removed", removal, dependants },
  };
}

function toDependantLines(ref: string, { katas, contracts, tasks }: Dependants): string[] {
  if (katas.length + contracts.length + tasks.length === 0) return [`Nothing here depends on ${ref}.`];
  return [
    `What names ${ref}, and will not find it any more:`,
    ...toFields([
      ["katas", katas],
      ["contracts", contracts],
      ["tasks", tasks.map(({ id, state }) => `${id} (${state})`)],
    ]),
  ];
}

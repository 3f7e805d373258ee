import type { RealmView } from "../desk/shown.ts";
import { toPlainText } from "../model/text.ts";
import { CommandError } from "./command-error.ts";

/** @throws CommandError `unknown_realm`, listing what there is */
export function getRealm(realms: readonly RealmView[], id: string): RealmView {
  const realm = realms.find((one) => one.id === id);
  if (realm !== undefined) return realm;
  const all = realms.map((one) => one.id).join(", ");
  throw new CommandError(
    "unknown_realm",
    `There is no realm ${JSON.stringify(toPlainText(id, 80))}. There is: ${all}.`,
  );
}

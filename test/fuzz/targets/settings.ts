import { SettingsError } from "../../../lib/errors.ts";
import { realmSchema } from "../../../lib/model/realm.ts";
import { readSettings } from "../../../lib/runtime/settings.ts";
import { documentOf } from "../mutate.ts";
import { settings as valid } from "../samples.ts";
import { fail, type OpenTarget } from "../target.ts";

/** The config's section: what fits is used, what does not is named, and nothing becomes weaker by being wrong. */
export const settings: OpenTarget = () => ({
  name: "settings",
  check(one) {
    const section = documentOf(one, valid);
    const { settings: read, problems } = readSettings(section);
    for (const problem of problems) if (!(problem instanceof SettingsError)) fail("a problem without a path");
    const ids = read.realms.map((realm) => {
      realmSchema.parse(realm);
      if (realm.type === "local" || realm.id === "local") fail("this Ronin's own realm was set");
      return realm.id;
    });
    if (new Set(ids).size !== ids.length) fail("a realm twice");
    const asked: unknown = Object(section)?.approvals;
    if (read.approvals === "event" && asked !== "event") fail("nobody asked for approvals by event");
    const isObject = typeof section === "object" && section !== null && !Array.isArray(section);
    const isLeftOut = section === null || (isObject && !Object.hasOwn(section, "approvals"));
    if (read.approvals === undefined && !isLeftOut) fail("a setting that is wrong became the default");
    if (one.kind === "valid" && (problems.length > 0 || ids.length !== 2)) fail("valid settings are refused");
    const acme = read.realms.find(({ id }) => id === "acme");
    const meant: unknown = isObject ? Reflect.get(section, "realms") : undefined;
    for (const entry of Array.isArray(meant) ? meant : []) {
      const { id, root, names } = Object(entry) as Record<string, unknown>;
      if (id !== "acme" || acme === undefined || ids.indexOf("acme") < 0) continue;
      if (root !== undefined && acme.root === undefined) fail("a pin was lost");
      if (names !== undefined && acme.names === undefined) fail("a binding was lost");
    }
  },
});

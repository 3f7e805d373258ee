import { expect, test } from "bun:test";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { TempHome } from "./temp-home.ts";

const agent = "export default class { execute() {} }";

test("a watching host loads an agent that is moved into place, and no JavaScript file", async () => {
  await using home = new TempHome();
  const folder = join(home.path, ".ronin/agents");
  mkdirSync(folder, { recursive: true });
  const host = await home.start({ watch: true });
  const created = Promise.withResolvers<unknown>();
  host.api.events.on("agent_created", created.resolve);
  for (const name of ["silent.js", "dojo.ts"]) {
    const beside = home.write(`.ronin/agents/${name}.tmp`, agent);
    renameSync(beside, join(folder, name));
  }
  expect(await created.promise).toMatchObject({ agentName: "dojo", filePath: join(folder, "dojo.ts") });
  expect(host.agents.map(({ name }) => name)).toEqual(["dojo"]);
});

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { TempHome } from "./temp-home.ts";

// With everything that could hold the event loop open: a server, a watcher, and two schedules of which one is lost.
await using home = new TempHome();
for (const folder of ["one", "two"]) {
  mkdirSync(join(home.path, folder));
  home.write(`${folder}/daily.ts`, 'export default class { static schedule = "0 6 * * *"; execute() {} }');
}
await home.start({ watch: true, agentDirs: [join(home.path, "one"), join(home.path, "two")] });

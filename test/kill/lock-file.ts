/* bun lock-file.ts <database> <milliseconds> <file>: holds a database for writing once the file is there, and lets go. */
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";

const [path = "", ms = "0", file = ""] = process.argv.slice(2);
console.log("ready");
while (!existsSync(file)) await Bun.sleep(2);
const db = new Database(path);
db.run("PRAGMA busy_timeout = 5000");
db.run("BEGIN IMMEDIATE");
await Bun.sleep(Number(ms));
db.run("ROLLBACK");
db.close();

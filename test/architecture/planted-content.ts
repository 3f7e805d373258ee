import { type Planted, plant } from "./plant.ts";

export const plantedContent: readonly Planted[] = [
  plant("a helper in agents/", "entry-file", "agents/helpers.ts", "export {};"),
  plant("a second plugin file", "entry-file", "plugins/realms/methods.ts", "export {};"),
  plant(
    "an if in an agent",
    "entry-branch",
    "agents/dojo-agent.ts",
    "export const f = (x: boolean) => { if (x) f(x); };",
  ),
  plant(
    "a ?: in an agent",
    "entry-branch",
    "agents/dojo-agent.ts",
    "export const f = (x: boolean) => (x ? 1 : 2);",
  ),
  plant("a switch in an agent", "entry-branch", "agents/realm-sync-agent.ts", "switch (1) { default: }"),

  plant("a fetch call", "fetch", "lib/dojo/b.ts", 'await fetch("https://example.com");'),
  plant(
    "a fetch call in the command, beside the named file",
    "fetch",
    "lib/cli/b.ts",
    'await fetch("https://example.com");',
  ),
  plant("fetch handed on", "fetch", "lib/sync/b.ts", "export const deps = { fetch };"),
  plant("fetch renamed", "fetch", "lib/sync/b.ts", "const get = fetch;"),
  plant("globalThis.fetch", "fetch", "lib/sync/b.ts", 'globalThis.fetch("https://example.com");'),
  plant("Bun.fetch", "fetch", "lib/sync/b.ts", 'Bun["fetch"]("https://example.com");'),
  plant("an HTTP client module", "fetch", "lib/sync/b.ts", 'import { request } from "node:https";'),

  plant("a SELECT", "sql", "lib/dojo/b.ts", 'export const q = "SELECT id FROM realms";'),
  plant(
    "a SELECT over several lines",
    "sql",
    "lib/dojo/b.ts",
    "export const q = `\n  -- all\n  SELECT id\n  FROM realms`;",
  ),
  plant(
    "a SELECT with a part filled in",
    "sql",
    "lib/dojo/b.ts",
    `export const q = (t: string) => \`SELECT id FROM \${t}\`;`,
  ),
  plant("a SELECT in two halves", "sql", "lib/dojo/b.ts", 'export const q = "select id " + "from realms";'),
  plant(
    "an INSERT",
    "sql",
    "lib/dojo/b.ts",
    'export const q = "INSERT OR IGNORE INTO realms (id) VALUES (?)";',
  ),
  plant("an UPDATE", "sql", "lib/dojo/b.ts", `export const q = (t: string) => \`UPDATE \${t} SET a = 1\`;`),
  plant("a DELETE", "sql", "lib/dojo/b.ts", 'export const q = "DELETE FROM realms";'),
  plant("a CREATE TABLE", "sql", "lib/install/b.ts", 'export const q = "CREATE TABLE IF NOT EXISTS a (b)";'),
  plant("a PRAGMA", "sql", "lib/runtime/b.ts", 'export const q = "PRAGMA journal_mode = WAL";'),
  plant("a BEGIN", "sql", "lib/install/b.ts", 'export const q = "BEGIN IMMEDIATE";'),

  plant("Date.now()", "time", "lib/dojo/b.ts", "export const now = Date.now();"),
  plant("Date.now as a default", "time", "lib/dojo/b.ts", "export const f = (now = Date.now) => now();"),
  plant("now taken out of Date", "time", "lib/dojo/b.ts", "const { now } = Date;"),
  plant("new Date()", "time", "lib/registry/b.ts", "export const now = new Date();"),
  plant("new Date without parentheses", "time", "lib/registry/b.ts", "export const now = new Date;"),
  plant("Date.now() in the command", "time", "lib/cli/b.ts", "export const now = Date.now();"),

  plant("process.env", "environment", "lib/dojo/b.ts", "export const home = process.env.HOME;"),
  plant("env taken out of process", "environment", "lib/dojo/b.ts", "const { env: settings } = process;"),
  plant("Bun.env", "environment", "lib/sync/b.ts", "export const home = Bun.env.HOME;"),
  plant("import.meta.env", "environment", "lib/sync/b.ts", "export const home = import.meta.env.HOME;"),
  plant("env imported", "environment", "lib/sync/b.ts", 'import { env } from "node:process";'),
  plant("process.env beside the clock", "environment", "lib/clock.ts", "export const zone = process.env.TZ;"),

  plant("node:crypto", "crypto", "lib/registry/b.ts", 'import { createHash } from "node:crypto";'),
  plant("crypto without the prefix", "crypto", "lib/runtime/b.ts", 'import { createHmac } from "crypto";'),
  plant("Bun.CryptoHasher", "crypto", "lib/install/b.ts", 'new Bun.CryptoHasher("sha256");'),
  plant("crypto.subtle", "crypto", "lib/install/b.ts", "export const { digest } = crypto.subtle;"),

  plant("a database in the model", "io", "lib/model/b.ts", 'import { Database } from "bun:sqlite";'),
  plant("files in a trust decision", "io", "lib/trust/b.ts", 'import { readFileSync } from "node:fs";'),
];

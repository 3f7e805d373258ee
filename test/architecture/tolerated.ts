import { type Files, model, registry } from "./plant.ts";

/** Trees that look like violations and are none. */
export const tolerated: ReadonlyArray<{ name: string; files: Files }> = [
  {
    name: "imports down a rank and within the room",
    files: {
      ...model,
      ...registry,
      "lib/registry/b.ts": 'import "./a.ts"; import { a } from "../model/a.ts";',
      "lib/bus.ts": 'import "./events.ts";',
      "lib/events.ts": "export {};",
    },
  },
  {
    name: "packages and built-in modules",
    files: { "lib/registry/b.ts": 'import "zod"; import "bun:sqlite"; import "node:fs";' },
  },
  {
    name: "the peer by its name, at run time, in the runtime and the command",
    files: {
      "lib/runtime/b.ts": 'await import("ronin-plugin-api");',
      "lib/cli/b.ts": 'await import("ronin-plugin-api");',
    },
  },
  {
    name: "the peer and the public face in an example and in tooling",
    files: {
      "examples/a.ts": 'import "ronin-plugin-api"; import "ronin-realms"; import "../lib/build/b.ts";',
      "lib/build/b.ts": 'import "../embedded-host/index.ts"; import "../events.ts";',
    },
  },
  {
    name: "a benchmark using any room, the clock, the environment, requests and SQL",
    files: {
      ...registry,
      "bench/a.ts":
        'import "../lib/registry/a.ts"; import "../lib/build/b.ts"; import "ronin-plugin-api"; fetch("x"); Date.now(); process.env.HOME; export const q = "SELECT id FROM katas";',
    },
  },
  {
    name: "the package's version number",
    files: { "lib/cli/b.ts": 'import pack from "../../package.json";' },
  },
  {
    name: "the embedded host doing what hosts do",
    files: {
      "lib/embedded-host/b.ts":
        'import { createHash } from "node:crypto"; fetch("x"); Date.now(); process.env.HOME; export const q = "SELECT 1";',
    },
  },
  {
    name: "a module found at run time by the runtime",
    files: { "lib/runtime/b.ts": "export const f = (p: string) => import(p);" },
  },
  {
    name: "a server's own fetch handler, and a method of that name",
    files: {
      "lib/web/b.ts": "Bun.serve({ fetch(request) { return new Response(request.url); } }); deps.fetch();",
    },
  },
  {
    name: "a parameter and a type named fetch",
    files: { "lib/sync/b.ts": "export type Deps = { fetch: typeof fetch };" },
  },
  {
    name: "a given date, made readable",
    files: { "lib/cli/b.ts": "export const f = (ms: number) => new Date(ms).toISOString();" },
  },
  {
    name: "sentences that begin like SQL",
    files: {
      "lib/cli/b.ts":
        'export const a = ["Select a version from the list.", "Update Ronin and set the path.", "Begin", "begin", "Delete from disk"];',
    },
  },
  { name: "SQL in a comment", files: { "lib/dojo/b.ts": "// SELECT id FROM realms\nexport {};" } },
  { name: "a random id", files: { "lib/registry/b.ts": "export const id = crypto.randomUUID();" } },
  {
    name: "an import in a comment or a text",
    files: {
      "lib/model/b.ts":
        "// import x from '../registry/a.ts'\nexport const a = \"import x from '../registry/a.ts'\";",
    },
  },
  {
    name: "an if outside the entries",
    files: { "lib/dojo/b.ts": "export const f = (x: boolean) => { if (x) f(x); };" },
  },
];

import { model, type Planted, plant, registry } from "./plant.ts";

export const plantedImports: readonly Planted[] = [
  plant("a step up", "rank", "lib/model/b.ts", 'import { a } from "../registry/a.ts";', registry),
  plant(
    "a type-only import up",
    "rank",
    "lib/model/b.ts",
    'import type { A } from "../registry/a.ts";',
    registry,
  ),
  plant(
    "an inline type import up",
    "rank",
    "lib/model/b.ts",
    'import { type A } from "../registry/a.ts";',
    registry,
  ),
  plant("a re-export up", "rank", "lib/trust/b.ts", 'export * from "../registry/a.ts";', registry),
  plant(
    "a type re-export up",
    "rank",
    "lib/trust/b.ts",
    'export type { A } from "../registry/a.ts";',
    registry,
  ),
  plant("a side-effect import up", "rank", "lib/trust/b.ts", 'import "../registry/a.ts";', registry),
  plant("an import() up", "rank", "lib/trust/b.ts", 'await import("../registry/a.ts");', registry),
  plant(
    "an import() of a plain template up",
    "rank",
    "lib/trust/b.ts",
    "await import(`../registry/a.ts`);",
    registry,
  ),
  plant("an import().T type up", "rank", "lib/trust/b.ts", 'let x: import("../registry/a.ts").A;', registry),
  plant("a require() up", "rank", "lib/trust/b.ts", 'require("../registry/a.ts");', registry),
  plant(
    "an import = require() up",
    "rank",
    "lib/trust/b.ts",
    'import a = require("../registry/a.ts");',
    registry,
  ),
  plant(
    "a reference directive up",
    "rank",
    "lib/trust/b.ts",
    '/// <reference path="../registry/a.ts" />',
    registry,
  ),
  plant("an extensionless import up", "rank", "lib/trust/b.ts", 'import "../registry/a";', registry),
  plant("an import of a folder up", "rank", "lib/trust/b.ts", 'import "../registry";'),
  plant(
    "an import up of a file that is not there",
    "rank",
    "lib/trust/b.ts",
    'import "../registry/gone.ts";',
  ),
  plant("a step sideways", "rank", "lib/dojo/b.ts", 'import "../install/a.ts";', { "lib/install/a.ts": "" }),
  plant("agents importing a plugin", "rank", "agents/dojo-agent.ts", 'import "../plugins/realms/index.ts";'),
  plant("the runtime importing an agent", "rank", "lib/runtime/b.ts", 'import "../../agents/dojo-agent.ts";'),
  plant("the public face importing the runtime", "rank", "lib/index.ts", 'export * from "./runtime/a.ts";'),
  plant("an import that winds its way up", "rank", "lib/install/b.ts", 'import "../errors/../runtime/a.ts";'),

  plant(
    "a foundation file importing another",
    "foundation",
    "lib/log.ts",
    'import type { Clock } from "./clock.ts";',
  ),
  plant("a foundation file importing a package", "foundation", "lib/errors.ts", 'import * as z from "zod";'),

  plant("a file in a folder nobody declared", "unknown-room", "lib/helpers/a.ts", "export {};"),
  plant("a file beside the declared ones", "unknown-room", "lib/util.ts", "export {};"),
  plant(
    "an import from a room nobody declared",
    "unknown-room",
    "lib/dojo/b.ts",
    'import "../helpers/a.ts";',
  ),

  plant("an import of a test's helper", "outside", "lib/dojo/b.ts", 'import "../../test/helpers.ts";'),
  plant("an import from outside the project", "outside", "lib/dojo/b.ts", 'import "../../../other/a.ts";'),
  plant("an import by absolute path", "outside", "lib/dojo/b.ts", 'import "/opt/ronin/a.ts";'),

  plant(
    "the host importing the pack",
    "embedded-host",
    "lib/embedded-host/b.ts",
    'import "../model/a.ts";',
    model,
  ),
  plant(
    "the host importing a type of the pack",
    "embedded-host",
    "lib/embedded-host/b.ts",
    'import type { A } from "../host.ts";',
  ),
  plant(
    "the pack importing the host by path",
    "embedded-host",
    "lib/runtime/b.ts",
    'await import("../embedded-host/index.ts");',
  ),
  plant(
    "the runtime importing the peer statically",
    "embedded-host",
    "lib/runtime/b.ts",
    'import { KataParser } from "ronin-plugin-api";',
  ),
  plant(
    "the runtime importing the peer's type",
    "embedded-host",
    "lib/runtime/b.ts",
    'import type { KataParser } from "ronin-plugin-api";',
  ),
  plant(
    "another room importing the peer at run time",
    "embedded-host",
    "lib/install/b.ts",
    'await import("ronin-plugin-api");',
  ),

  plant("the pack importing its build", "tooling", "lib/cli/b.ts", 'import "../build/build.ts";'),
  plant("the pack importing its public face", "public-face", "lib/runtime/b.ts", 'import "../index.ts";'),
  plant(
    "the pack importing itself by name",
    "public-face",
    "lib/runtime/b.ts",
    'import { a } from "ronin-realms";',
  ),
  plant(
    "a module chosen at run time",
    "computed-import",
    "lib/dojo/b.ts",
    "export const load = (x: string) => import(x);",
  ),

  plant("two files that import each other", "cycle", "lib/model/b.ts", 'import "./c.ts";', {
    "lib/model/c.ts": 'import "./b.ts";',
  }),
  plant("a cycle of types", "cycle", "lib/model/b.ts", 'import type { C } from "./c.ts";', {
    "lib/model/d.ts": 'import type { B } from "./b.ts";',
    "lib/model/c.ts": 'import type { D } from "./d.ts";',
  }),
  plant("a file that imports itself", "cycle", "lib/model/b.ts", 'import "./b.ts";'),
];

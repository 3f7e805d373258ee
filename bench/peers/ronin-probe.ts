/*
 * `bun ronin-probe.ts <Ronin's root> <versions> <folder>` runs the registry that ships inside Ronin and ours over
 * the same katas, each on a database file of its own, and prints the rows. In a process of its own: a checkout is
 * somebody else's code.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import * as z from "zod";
import { openRegistry } from "../../lib/registry/open.ts";
import { type Row, toFigure } from "../figures.ts";
import { REALM_ID } from "../home.ts";
import { firstRows } from "../katas.ts";
import { toQueries } from "../queries.ts";
import { takeTurns, timed } from "../timing.ts";

/** The part of Ronin's class that is used here. */
interface RoninRegistry {
  registerRealm(realm: object): void;
  indexKatas(realmId: string, katas: object[]): void;
  discover(query: string): unknown[];
  checkCompatibility(kata: object): unknown;
}

const QUERIES = 40;
const PEER = "Ronin's own";
const [root = "", versions = "", folder = ""] = Bun.argv.slice(2);
const moduleSchema = z.object({
  RealmsRegistry: z.custom<new (db: Database) => RoninRegistry>((value) => typeof value === "function"),
});

const { RealmsRegistry } = moduleSchema.parse(await import(join(root, "src/realms/registry.ts")));
const realm = {
  id: REALM_ID,
  name: "Bench",
  type: "central",
  url: "https://bench.example",
  enabled: true,
} as const;
const katas = firstRows(Number(versions));
// What Ronin's own metadata calls the source is the kind of realm.
const theirKatas = katas.map((kata) => ({ ...kata, source: "central" }));

const theirs = new RealmsRegistry(new Database(join(folder, "ronin-own.db")));
theirs.registerRealm({ ...realm, createdAt: Date.now() });
const { registry: ours } = openRegistry({
  recordsPath: join(folder, "ronin-ours.db"),
  indexPath: join(folder, "ronin-ours-index.db"),
});
ours.registerRealm(realm);

const indexOurs = [await timed(() => ours.indexKatas(REALM_ID, katas))];
const indexTheirs = [await timed(() => theirs.indexKatas(REALM_ID, theirKatas))];
const rows: Row[] = [toRow("index", indexOurs, indexTheirs)];
for (const kind of ["one word", "two words", "*"] as const) {
  const queries = toQueries(kind, QUERIES);
  const [first] = queries;
  const times = await takeTurns(
    {
      ours: { run: (round) => ours.discover(queries[round]?.text ?? "") },
      theirs: { run: (round) => theirs.discover(queries[round]?.text ?? "") },
    },
    { rounds: QUERIES, budgetMs: 1000 },
  );
  const found = first && `for "${first.text}" we find ${ours.discover(first.text).length} katas, it finds`;
  const note = found && `${found} ${theirs.discover(first.text).length}`;
  rows.push({ ...toRow(`discover: ${kind}`, times.ours, times.theirs), note });
}
const checks = await takeTurns(
  {
    ours: { run: () => katas.map((kata) => ours.checkCompatibility(kata)) },
    theirs: { run: () => theirKatas.map((kata) => theirs.checkCompatibility(kata)) },
  },
  { rounds: 10 },
);
const each = (samples: readonly number[]): number[] => samples.map((ms) => ms / katas.length);
rows.push(toRow("checkCompatibility", each(checks.ours), each(checks.theirs)));
console.log(JSON.stringify(rows));

function toRow(name: string, mine: readonly number[], their: readonly number[]): Row {
  const title = `at ${katas.length}: ${name}`;
  return { part: "ronin", name: title, unit: "ms", ours: toFigure(mine), peers: { [PEER]: toFigure(their) } };
}

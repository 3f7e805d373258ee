import { Database } from "bun:sqlite";
import { join } from "node:path";
import { handleApproval } from "../../lib/install/decide.ts";
import { toDecision } from "../../lib/install/vouched.ts";
import { kataPath } from "../../lib/publish/realm-paths.ts";
import { createProof } from "../../lib/trust/approval-proof.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { type Row, toFigure } from "../figures.ts";
import { INSTALLS, installSources } from "../install-katas.ts";
import { type InstallWorld, openInstallWorld } from "../install-world.ts";
import type { Stage } from "../stage.ts";
import { takeTurns } from "../timing.ts";

export const INSTALL_ROW = "approval to installed";
const PERSON = "bench";

/**
 * From a person's signed approval to the kata in the host's table and the receipt beside it; and the parts that
 * any installer needs: a fetch, two hashes, parsing and compiling, registering, and three one-row transactions.
 */
export async function benchInstall(stage: Stage): Promise<Row[]> {
  await using world = await openInstallWorld(join(stage.folder, "install"), stage.realm.url);
  using db = openBareTable(world.recordsPath);
  const sources = installSources();
  const rounds = Math.min(stage.effort.installs, INSTALLS / 2);
  const approvals = Array.from({ length: rounds }, (_, at) => toApproval(world, `install.sample${at}`));
  const times = await takeTurns(
    {
      ours: { run: (round) => install(world, approvals[round]) },
      bare: { run: (round) => installBare(world, db, stage.realm.url, sources[rounds + round]) },
    },
    { rounds },
  );
  return [
    {
      part: "install",
      name: INSTALL_ROW,
      unit: "ms",
      ours: toFigure(times.ours),
      peers: { "bare parts": toFigure(times.bare) },
    },
  ];
}

type Approval = Parameters<typeof handleApproval>[2];

/** Made before the clock starts: it is what the page or the command hands over. */
function toApproval({ key, propose, deps }: InstallWorld, name: string): Approval {
  const { request, offer } = propose(name);
  const decision = toDecision(request, offer, { decision: "approve", by: PERSON });
  const proof = createProof(decision, key, deps.clock.now());
  return { proposalId: request.id, approvedBy: PERSON, kataVersion: request.kataVersion, proof };
}

async function install(world: InstallWorld, approval: Approval | undefined): Promise<void> {
  if (approval === undefined) return;
  await handleApproval(world.deps, world.installer, approval);
  const { installState, failureMessage } = world.deps.registry.getRequest(approval.proposalId);
  if (installState !== "installed") throw new Error(`A kata was not installed: ${failureMessage}`);
}

async function installBare(
  { host }: InstallWorld,
  db: Database,
  realmUrl: string,
  listed: Uint8Array | undefined,
): Promise<void> {
  if (listed === undefined) return;
  const hash = sha256Hex(listed);
  const response = await fetch(`${realmUrl}/${kataPath(hash)}`);
  const bytes = await response.bytes();
  if (sha256Hex(bytes) !== hash) throw new Error("The server sent something else.");
  const text = new TextDecoder().decode(bytes);
  const compiled = host.compiler.compile(host.parser.parse(text));
  const compiledHash = sha256Hex(JSON.stringify(compiled));
  await host.registry.register(text);
  for (const state of ["approved", "registered", "installed"]) {
    db.query("INSERT INTO bench_bare (kata, state, hash) VALUES (?, ?, ?)").run(
      compiled.name,
      state,
      compiledHash,
    );
  }
}

/** On a second connection to the host's file, as the pack's own records are. */
function openBareTable(path: string): Database {
  const db = new Database(path, { strict: true });
  db.run("CREATE TABLE bench_bare (kata TEXT, state TEXT, hash TEXT)");
  return db;
}

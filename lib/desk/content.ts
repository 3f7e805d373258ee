import { InstallError, messageOf, RealmsError, RegistryBusyError } from "../errors.ts";
import type { CompiledKata, KataAction, KataPhase } from "../host.ts";
import { compileSource } from "../install/compile.ts";
import { downloadSource } from "../install/download.ts";
import { diffLines } from "../life/line-diff.ts";
import { byVersionDescending, qualifiedName, type RealmKataMetadata } from "../model/kata.ts";
import { toPlainText, toVisibleText } from "../model/text.ts";
import { verifyCompiled } from "../trust/compiled.ts";
import { verifySource } from "../trust/source.ts";
import type { DeskDeps } from "./deps.ts";
import { patiently } from "./patience.ts";
import type { GraphView, PhaseView, VersionContent } from "./shown.ts";

export type ContentDeps = Pick<DeskDeps, "registry" | "host" | "fetchSource">;

/** A person waits for it. */
const FETCH_TIMEOUT_MS = 5000;
const MAX_NAME_CHARS = 128;

/** Where a version's content is promised: a realm's row, or the hash of a kata that is created here. */
export interface ContentAddress {
  realm: string;
  name: string;
  version: string;
  kata: RealmKataMetadata | undefined;
  sourceHash: string | undefined;
  /** Whether its source is kept for the decision; else it is only looked at. */
  isKept: boolean;
}

/**
 * A version's source as the host would register it, fetched where it is not kept yet, and held against its hash
 * before anything of it is shown. Nothing is installed by it. Never rejects for a source that cannot be had.
 *
 * @throws RegistryBusyError
 */
export async function readContent(deps: ContentDeps, address: ContentAddress): Promise<VersionContent> {
  const { version } = address;
  try {
    const text = await readSource(deps, address);
    const compiled = await compile(deps, address, text);
    return {
      version,
      source: { kind: "text", text: toVisibleText(text) },
      graph: compiled.graph,
      compiled: compiled.verdict,
      diff: await patiently(() => readDiff(deps, address, text)),
    };
  } catch (error) {
    if (!(error instanceof RealmsError) || error instanceof RegistryBusyError) throw error;
    const problem = { code: error.code, message: messageOf(error) };
    return { version, source: { kind: "unavailable", ...problem }, graph: null, compiled: null, diff: null };
  }
}

/** @throws InstallError as `downloadSource` and `verifySource` */
async function readSource(deps: ContentDeps, address: ContentAddress): Promise<string> {
  const { realm, name, version, kata, sourceHash, isKept } = address;
  const label = qualifiedName(realm, name, version);
  if (kata === undefined) {
    const bytes = sourceHash && (await patiently(() => deps.registry.findSource(sourceHash)));
    if (!sourceHash || !bytes) throw new InstallError("offer_changed", `The source of ${label} is not kept.`);
    return verifySource(bytes, sourceHash, label).text;
  }
  const { registry } = deps;
  const isInstalled = (await patiently(() => registry.findHostKata(name, version))) !== undefined;
  const kept = {
    findHostKata: registry.findHostKata.bind(registry),
    findSource: registry.findSource.bind(registry),
    // Looking around must not fill the host's database.
    saveSource: isKept ? registry.saveSource.bind(registry) : () => undefined,
  };
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const step = { realm, kata, isInstalled };
  return (await downloadSource({ registry: kept, fetchSource: deps.fetchSource }, step, signal)).text;
}

async function compile(
  { host }: ContentDeps,
  { realm, kata }: ContentAddress,
  text: string,
): Promise<{ graph: GraphView | null; verdict: VersionContent["compiled"] }> {
  let compiled: CompiledKata | undefined;
  try {
    const running = await host();
    compiled = compileSource(running, text);
    if (kata !== undefined) verifyCompiled(compiled, kata, realm, { roninVersion: running.version });
    return { graph: toGraph(compiled), verdict: "matches" };
  } catch (error) {
    if (!(error instanceof RealmsError)) throw error;
    const verdict =
      error.code === "compiled_by_other_version"
        ? "other_compiler"
        : compiled === undefined
          ? null
          : "differs";
    return { graph: compiled === undefined ? null : toGraph(compiled), verdict };
  }
}

function toGraph({ initial, phases }: CompiledKata): GraphView {
  return { initial: toName(initial), phases: Object.values(phases).map(toPhase) };
}

function toPhase({ name, action, next, terminal }: KataPhase): PhaseView {
  return {
    name: toName(name),
    action: action.type,
    target: toName(targetOf(action)),
    next: next === undefined ? null : toName(next),
    terminal: terminal ?? null,
  };
}

function targetOf(action: KataAction): string {
  switch (action.type) {
    case "run":
      return action.skill;
    case "spawn":
      return `${action.kata}@${action.version}`;
    case "wait":
      return action.eventName;
  }
}

function toName(text: string): string {
  return toPlainText(text, MAX_NAME_CHARS);
}

function readDiff(
  { registry }: ContentDeps,
  { name, version }: ContentAddress,
  text: string,
): VersionContent["diff"] {
  const [newest] = registry
    .getHostKatas()
    .filter((kata) => kata.name === name)
    .sort(byVersionDescending);
  if (newest === undefined || newest.version === version) return null;
  const lines = diffLines(toVisibleText(newest.source), toVisibleText(text));
  return { against: newest.version, lines };
}

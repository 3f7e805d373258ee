import type { KataAction, KataHost } from "../host.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import { toPlainText } from "../model/text.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { planHashOf } from "../trust/plan-hash.ts";
import type { Burst } from "./burst.ts";
import { chooseTools, rankTools } from "./choose-tools.ts";
import type { DojoDeps } from "./deps.ts";
import { draftKata } from "./draft-kata.ts";
import { findNameConflict } from "./name-conflict.ts";
import { type Need, quoteNeed } from "./need.ts";
import { type ProposedKata, type ProposedKataResult, readProposedKata } from "./proposed-kata.ts";
import { REASONING_SKILL, toSkeleton, toSkeletonNames } from "./skeleton.ts";
import { type SearchWord, toSearchWords } from "./words.ts";

/** Proposals of new katas that may wait for a decision; whoever floods the bus cannot fill the database. */
export const MAX_OPEN_CREATIONS = 200;
const MAX_TAGS = 12;
const MAX_SHOWN_CHARS = 200;

/**
 * Proposes a new kata for a need that no realm meets: the sender's draft, or one of the host's model, when the
 * host's compiler accepts it, its skills are tools of the host and its name is free; else a skeleton of the
 * tools that the need speaks of. The source is kept under its hash, for the approval and nothing else.
 *
 * @throws HostError when the host's kata classes cannot be found; RegistryError when the request cannot be
 *   opened
 */
export async function proposeCreation(deps: DojoDeps, need: Need, burst: Burst): Promise<void> {
  const open = await findOpen(deps);
  if (open.length >= MAX_OPEN_CREATIONS) {
    deps.log.warn(
      `${open.length} new katas wait for a decision; no further one is proposed until some are decided`,
    );
    return;
  }
  const host = await deps.kataHost();
  const kata = await findCandidate(deps, host, need, burst);
  if (kata === undefined) {
    deps.log.error(`no new kata could be proposed for ${quoteNeed(need.text)}`);
    return;
  }
  const request = await openRequest(deps.registry, need, kata);
  deps.bus.emit("kata.creation_proposed", {
    proposalId: request.id,
    kataName: kata.metadata.name,
    phases: Object.values(kata.compiled.phases).map(({ name, action }) => ({
      name: toPlainText(name, MAX_SHOWN_CHARS),
      action: describeAction(action),
    })),
    requiredSkills: kata.metadata.requiredSkills,
    tags: toSearchWords(need.text)
      .slice(0, MAX_TAGS)
      .map(({ text }) => text),
    complexity: kata.metadata.complexity,
    sourceHash: kata.metadata.sourceHash,
  });
}

async function findOpen({ registry }: DojoDeps): Promise<KataInstallRequest[]> {
  const pending = await retryBusy(() => registry.getPendingRequests());
  return pending.filter((request) => request.kind === "create");
}

type KataClasses = Pick<KataHost, "KataParser" | "KataCompiler">;

/** The draft once it is accepted, else the first skeleton that is. */
async function findCandidate(
  deps: DojoDeps,
  host: KataClasses,
  need: Need,
  burst: Burst,
): Promise<ProposedKata | undefined> {
  const words = toSearchWords(need.text);
  const names = toSkeletonNames(words, need.key);
  const drafted = await draftFor(deps, host, need, burst, names.at(-1) ?? "");
  if (drafted !== undefined) return drafted;
  for (const skills of listSkills(deps, words)) {
    for (const name of names) {
      const checked = await checkKata(deps, host, toSkeleton({ need: need.text, name, skills }));
      if (checked.kind === "kata") return checked.kata;
      deps.log.info(`the skeleton ${name} was not used: ${checked.reason}`);
    }
  }
  return undefined;
}

async function draftFor(
  deps: DojoDeps,
  host: KataClasses,
  need: Need,
  burst: Burst,
  name: string,
): Promise<ProposedKata | undefined> {
  const ai = burst.isModelDown ? undefined : deps.ai;
  if (ai === undefined && need.draft === undefined) return undefined;
  const tools = rankTools(toSearchWords(need.text), deps.tools()).map(({ tool }) => tool);
  const { kata, isModelDown } = await draftKata(
    {
      ai,
      check: (source) => checkKata(deps, host, source),
      refused: (reason) => deps.log.info(`a drafted kata was not used: ${reason}`),
      timeoutMs: deps.draftTimeoutMs,
    },
    { need: need.text, name, tools },
    need.draft,
  );
  burst.isModelDown ||= isModelDown;
  return kata;
}

/** What skeletons are made of, the best first. A tool whose name the kata language cannot read spoils only the first. */
function listSkills({ tools, hasSkill }: DojoDeps, words: readonly SearchWord[]): string[][] {
  const chosen = chooseTools(words, tools()).map(({ name }) => name);
  return [...(chosen.length > 0 ? [chosen] : []), hasSkill(REASONING_SKILL) ? [REASONING_SKILL] : []];
}

/** Compiled by the host, of tools that exist, under a name that is free. */
async function checkKata(deps: DojoDeps, host: KataClasses, source: string): Promise<ProposedKataResult> {
  const read = readProposedKata(host, source);
  if (read.kind === "refused") return read;
  const { metadata } = read.kata;
  const missing = metadata.requiredSkills.filter((skill) => !deps.hasSkill(skill));
  if (missing.length > 0) return { kind: "refused", reason: `the host has no tool ${missing.join(", ")}` };
  const open = await findOpen(deps);
  const conflict = await retryBusy(() => findNameConflict(deps.registry, metadata, open));
  return conflict === undefined ? read : { kind: "refused", reason: conflict };
}

async function openRequest(
  registry: RealmsRegistry,
  need: Need,
  { source, metadata }: ProposedKata,
): Promise<KataInstallRequest> {
  const { name, version, sourceHash, compiledHash } = metadata;
  const planHash = planHashOf([{ realm: LOCAL_REALM_ID, kata: metadata }]);
  return await retryBusy(() => {
    registry.saveSource(sourceHash, Buffer.from(source, "utf8"));
    return registry.requestInstall(name, version, LOCAL_REALM_ID, {
      kind: "create",
      intent: need.text,
      offers: [{ version, sourceHash, compiledHash, planHash }],
    });
  });
}

function describeAction(action: KataAction): string {
  return toPlainText(actionText(action), MAX_SHOWN_CHARS);
}

function actionText(action: KataAction): string {
  switch (action.type) {
    case "run":
      return `run skill ${action.skill}`;
    case "spawn":
      return `spawn kata ${action.kata} ${action.version}`;
    case "wait":
      return `wait event ${action.eventName}`;
  }
}

import type { KataAction } from "../host.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import { toPlainText } from "../model/text.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { planHashOf } from "../trust/plan-hash.ts";
import type { DojoDeps } from "./deps.ts";
import { toDraftSource } from "./draft.ts";
import { findNameConflict } from "./name-conflict.ts";
import { type Need, quoteNeed } from "./need.ts";
import { type ProposedKata, readProposedKata } from "./proposed-kata.ts";
import { toSkeleton, toSkeletonNames } from "./skeleton.ts";
import { toSearchWords } from "./words.ts";

/** Proposals of new katas that may wait for a decision; whoever floods the bus cannot fill the database. */
export const MAX_OPEN_CREATIONS = 200;
const MAX_TAGS = 12;
const MAX_SHOWN_CHARS = 200;

/**
 * Proposes a new kata for a need that no realm meets: the sender's draft when the host's compiler accepts it
 * and its name is free, else a skeleton. The source is kept under its hash, for the approval and nothing
 * else.
 *
 * @throws HostError when the host's kata classes cannot be found; RegistryError when the request cannot be
 *   opened
 */
export async function proposeCreation(deps: DojoDeps, need: Need): Promise<void> {
  const pending = await retryBusy(() => deps.registry.getPendingRequests());
  const open = pending.filter((request) => request.kind === "create");
  if (open.length >= MAX_OPEN_CREATIONS) {
    deps.log.warn(
      `${open.length} new katas wait for a decision; no further one is proposed until some are decided`,
    );
    return;
  }
  const host = await deps.kataHost();
  const kata = await retryBusy(() => findCandidate(deps, host, need, open));
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

/** The first of draft and skeletons that compiles under a name that is free. */
function findCandidate(
  deps: DojoDeps,
  host: Parameters<typeof readProposedKata>[0],
  need: Need,
  open: readonly KataInstallRequest[],
): ProposedKata | undefined {
  for (const { what, source } of listCandidates(deps, need)) {
    const read = readProposedKata(host, source);
    const refusal =
      read.kind === "refused" ? read.reason : findNameConflict(deps.registry, read.kata.metadata, open);
    if (read.kind === "kata" && refusal === undefined) return read.kata;
    deps.log.info(`${what} was not used: ${refusal}`);
  }
  return undefined;
}

function listCandidates({ hasSkill }: DojoDeps, need: Need): Array<{ what: string; source: string }> {
  const draft =
    need.draft === undefined ? [] : [{ what: "a drafted kata", source: toDraftSource(need.draft) }];
  const names = toSkeletonNames(toSearchWords(need.text), need.key);
  return [
    ...draft,
    ...names.map((name) => ({
      what: `the skeleton ${name}`,
      source: toSkeleton({ need: need.text, name, hasSkill }),
    })),
  ];
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

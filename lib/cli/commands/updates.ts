import { chooseUpdates, type UpdateWish } from "../../life/choose-updates.ts";
import { describeUpdate, type UpdateDetails } from "../../life/describe-update.ts";
import { findUpdates, type KataUpdate } from "../../life/find-updates.ts";
import { findInstalled } from "../../life/installed.ts";
import { findTrouble, type Trouble } from "../../life/report-trouble.ts";
import { kataVersionSchema, qualifiedName } from "../../model/kata.ts";
import type { RealmsRegistry, UpdateChoice } from "../../registry/registry.ts";
import { retryBusy } from "../../registry/retry.ts";
import { CommandError } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { countOf, type Field, toFields, toIsoDate } from "../format.ts";
import { toPersonName } from "../person-name.ts";
import type { Report } from "../print.ts";

export interface UpdatesOptions {
  diff?: boolean | undefined;
  skip?: string | undefined;
  unskip?: string | undefined;
  pin?: boolean | undefined;
  unpin?: boolean | undefined;
  minAgeDays?: number | undefined;
  as?: string | undefined;
}

/** One kata as the command shows it. */
interface Shown {
  kataName: string;
  fromRealm: string;
  installedVersion: string;
  choice: UpdateChoice;
  troubles: Trouble[];
  update?: UpdateDetails & { dueAt: number; proposalId?: string };
}

/**
 * `realms updates [kata]`: what is newer than what is installed, and what was withdrawn. The options say which
 * updates to propose; none installs anything.
 *
 * @throws CommandError `usage`; RegistryError
 */
export async function updatesCommand(
  context: CommandContext,
  name: string | undefined,
  options: UpdatesOptions,
): Promise<Report> {
  const { registry, around } = context;
  const wish = toWish(options);
  if (wish !== undefined) {
    if (name === undefined) throw new CommandError("usage", "Which kata? Name it: realms updates <kata>");
    const by = toPersonName(options.as, around);
    await retryBusy(() => {
      getInstalled(registry, name);
      return chooseUpdates(registry, name, wish, by);
    });
  }
  const katas = await retryBusy(() => readKatas(registry, name));
  return { json: { katas }, lines: toLines(katas, around.clock.now(), options.diff === true) };
}

/** Undefined when no option asks for a change. */
function toWish({ skip, unskip, pin, unpin, minAgeDays }: UpdatesOptions): UpdateWish | undefined {
  if (pin === true && unpin === true)
    throw new CommandError("usage", "--pin and --unpin exclude each other.");
  for (const version of [skip, unskip]) {
    if (version !== undefined && !kataVersionSchema.safeParse(version).success) {
      throw new CommandError("usage", `Expected a version such as v2, not ${JSON.stringify(version)}.`);
    }
  }
  const isPinned = pin === true ? true : unpin === true ? false : undefined;
  const isWish = [skip, unskip, isPinned, minAgeDays].some((option) => option !== undefined);
  return isWish ? { skip, unskip, isPinned, minAgeDays } : undefined;
}

function getInstalled(registry: RealmsRegistry, name: string): void {
  if (findInstalled(registry).some(({ receipt }) => receipt.kataName === name)) return;
  throw new CommandError(
    "usage",
    `No kata ${JSON.stringify(name)} was installed from a realm: realms receipts`,
  );
}

function readKatas(registry: RealmsRegistry, name: string | undefined): Shown[] {
  if (name !== undefined) getInstalled(registry, name);
  const updates = findUpdates(registry);
  const troubles = findTrouble(registry);
  const pending = registry.getPendingRequests();
  const seen = new Set<string>();
  return findInstalled(registry).flatMap(({ receipt }) => {
    const { kataName, fromRealm, kataVersion: installedVersion } = receipt;
    if (seen.has(kataName) || (name !== undefined && kataName !== name)) return [];
    seen.add(kataName);
    const update = updates.find(({ installed }) => installed.receipt.kataName === kataName);
    const request = pending.find(
      (one) =>
        one.kataName === kataName && one.kataVersion === update?.kata.version && one.fromRealm === fromRealm,
    );
    return [
      {
        kataName,
        fromRealm,
        installedVersion,
        choice: registry.getUpdateChoice(kataName),
        troubles: troubles.filter((trouble) => trouble.kataName === kataName),
        ...toUpdate(registry, update, request?.id),
      },
    ];
  });
}

function toUpdate(
  registry: RealmsRegistry,
  update: KataUpdate | undefined,
  proposalId: string | undefined,
): Pick<Shown, "update"> {
  if (update === undefined) return {};
  const { dueAt } = update;
  return {
    update: {
      ...describeUpdate(registry, update),
      dueAt,
      ...(proposalId === undefined ? {} : { proposalId }),
    },
  };
}

function toLines(katas: readonly Shown[], now: number, isDiffShown: boolean): string[] {
  if (katas.length === 0) return ["Nothing was installed from a realm yet."];
  const newer = katas.filter(({ update }) => update !== undefined).length;
  return [
    `${countOf(newer, "kata has", "katas have")} a newer version.`,
    ...katas.flatMap((kata) => ["", ...toKataLines(kata, now, isDiffShown)]),
  ];
}

const signs = { same: " ", added: "+", removed: "-" } as const;

function toKataLines({ update, ...kata }: Shown, now: number, isDiffShown: boolean): string[] {
  const { choice, troubles } = kata;
  const fields: Field[] = [
    ...troubles.map(
      ({ kind, kataVersion, reason, replacedBy }): Field => [
        kind,
        [
          `${kataVersion}${reason === undefined ? "" : `: ${reason}`}`,
          ...(replacedBy ? [`use ${replacedBy}`] : []),
        ],
      ],
    ),
    ["newer", update?.kataVersion ?? "none"],
    ["changes", update?.changes],
    ["new skills", update?.newSkills.join(", ")],
    ["new katas", update?.newKatas.join(", ")],
    ["proposed as", update?.proposalId],
    ["waits until", update !== undefined && update.dueAt > now ? toIsoDate(update.dueAt) : undefined],
    ["pinned", choice.isPinned ? `by ${choice.chosenBy ?? "somebody"}` : undefined],
    ["skipped", choice.skipped.join(", ")],
    ["cool-down", `${choice.minAgeDays} days`],
  ];
  const diff = isDiffShown ? (update?.diff ?? []) : [];
  return [
    qualifiedName(kata.fromRealm, kata.kataName, kata.installedVersion),
    ...toFields(fields),
    ...diff.flatMap(({ kind, text }) => toFields([[signs[kind], text === "" ? " " : text]])),
  ];
}

import { resolve } from "node:path";
import { type ChosenKatas, chooseShared } from "../../life/choose-shared.ts";
import { findOwnKatas, type OwnKata } from "../../life/own-katas.ts";
import { type BuildOutcome, publishKatas } from "../../publish/build-realm.ts";
import { toKataSource } from "../../publish/find-kata-files.ts";
import { refusal } from "../../publish/publish-error.ts";
import { type RealmRows, rowKey } from "../../publish/published-row.ts";
import { retryBusy } from "../../registry/retry.ts";
import { toBuiltReport } from "../built-report.ts";
import { CommandError } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { toFields, toParagraph } from "../format.ts";
import { parseMoment } from "../moment.ts";
import type { Report } from "../print.ts";
import { createProgress } from "../progress.ts";
import { loadPublishingHost } from "../publishing-host.ts";
import { signCommand } from "./sign.ts";

export interface PublishCommandOptions {
  out: string;
  kata?: string[] | undefined;
  all?: boolean | undefined;
  realm?: string | undefined;
  name?: string | undefined;
  notice?: string | undefined;
  sign?: boolean | undefined;
  keys?: string | undefined;
  now?: string | undefined;
  ronin?: string | undefined;
}

/**
 * `realms publish --from-local --out <folder>`: publishes katas of this Ronin as a realm, and signs it where that
 * was asked for. Needs no network and no running Ronin.
 *
 * @throws PublishError with every problem; SigningError; RegistryError `unknown_kata`; CommandError `usage`,
 *   `ronin_not_found`, `interrupted`
 */
export async function publishCommand(
  context: CommandContext,
  options: PublishCommandOptions,
): Promise<Report> {
  const { around, isJson, registry } = context;
  const out = resolve(around.cwd, options.out);
  const now = parseMoment("--now", options.now) ?? around.clock.now();
  const host = await loadPublishingHost(options.ronin, around);
  const own = await retryBusy(() => findOwnKatas(registry));
  const say = createProgress(around, isJson);
  let split: ChosenKatas = { chosen: [], leftOut: [] };
  const outcome = await publishKatas(
    { out, now, realm: options.realm, name: options.name, notice: options.notice },
    async (published) => {
      split = choose(own, options, published);
      return { sources: split.chosen.map((kata) => toKataSource(refOf(kata), kata.source)), problems: [] };
    },
    {
      host,
      signal: around.signal,
      onProgress: (done, total) => say(() => `read ${done} of ${total} katas`),
      onWrite: (path) => say(() => `writing ${path}`),
    },
  ).catch((error: unknown) => {
    throw around.signal.aborted
      ? new CommandError("interrupted", "Interrupted. Nothing was published.")
      : error;
  });
  const isSigned = options.sign === true || options.keys !== undefined;
  const built = toBuiltReport(outcome, {
    out: options.out,
    version: host.version,
    gone: "is not in this Ronin any more",
    isSigned,
  });
  const report = {
    json: { ...built.json, ...toJson(outcome, split) },
    lines: [...built.lines, ...toLines(outcome, split, options)],
  };
  if (!isSigned) return report;
  context.say([...report.lines, ""]);
  const signed = await signCommand(context, { out: options.out, keys: options.keys, now: options.now });
  return { json: { ...report.json, signed: signed.json }, lines: signed.lines };
}

function choose(own: readonly OwnKata[], options: PublishCommandOptions, published: RealmRows): ChosenKatas {
  const split = chooseShared(
    own,
    { named: options.kata ?? [], all: options.all === true },
    (kata) => published.get(rowKey(kata))?.row.sourceHash === kata.sourceHash,
  );
  if (split.chosen.length > 0) return split;
  throw refusal({
    code: "no_katas",
    file: "this Ronin",
    found: `no kata that was created here, among ${own.length}`,
    expected: "at least one; name others with --kata, or see --all",
  });
}

function toJson({ lacking }: BuildOutcome, { chosen, leftOut }: ChosenKatas) {
  const shown = (katas: readonly OwnKata[]) =>
    katas.map((kata) => ({ kata: refOf(kata), origin: originOf(kata) }));
  return { katas: shown(chosen), leftOut: shown(leftOut), lacking };
}

/** What a reader of the realm could miss, and what the person at the keyboard could not have meant. */
function toLines(
  { lacking }: BuildOutcome,
  { chosen, leftOut }: ChosenKatas,
  { kata: named }: PublishCommandOptions,
): string[] {
  const others = chosen.filter(({ origin }) => typeof origin === "object");
  const unmeant = named === undefined ? leftOut : [];
  return [
    ...toSection(
      "Left out, since they were not created here. To publish one all the same, name it with --kata:",
      unmeant.map((kata) => `${refOf(kata)} (${originOf(kata)})`),
    ),
    ...toSection(
      "Published here, and first by others: see that their licence allows it.",
      others.map((kata) => `${refOf(kata)} (${originOf(kata)})`),
    ),
    ...toSection(
      "Needed by what is published, and not in this realm; whoever follows it must have:",
      lacking,
    ),
  ];
}

function toSection(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", ...toParagraph(heading), ...toFields([["", items]], 0)];
}

function originOf({ origin }: OwnKata): string {
  if (origin === "created") return "created here";
  return origin === "unknown" ? "of unknown origin" : `from ${origin.realm}`;
}

function refOf({ name, version }: OwnKata): string {
  return `${name}@${version}`;
}

import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { isUnannounced, isUnfinished } from "../../lib/install/installer.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { DAY_MS, kataOf, offerOf, realmOf, receiptOf, START } from "../registry/world.ts";
import { codeOf } from "../support/throws.ts";

/*
 * The life of requests for one kata, as a few lines would have it, beside the registry on a real file. Every
 * command is given to both; what the registry answers and holds must be what the model says.
 */

type End = "pending" | "approved" | "expired" | "superseded" | "rejected";
type Step = "none" | "downloading" | "verified" | "registered" | "installed" | "failed";

interface Life {
  id: string;
  openedAt: number;
  contents: string;
  end: End;
  step: Step;
  isAnnounced: boolean;
}

interface Model {
  now: number;
  /** Oldest first. */
  lives: Life[];
}

class Real {
  readonly #folder = mkdtempSync(join(tmpdir(), "realms-life-"));
  #db: Database;
  registry: RealmsRegistry;
  now = START;

  constructor() {
    this.#db = this.#open();
    this.registry = this.#create();
    this.registry.registerRealm(realmOf("central"));
    this.registry.indexKatas("central", [kataOf("a.a")]);
  }

  /** What a process knows goes with it; what it committed stays. */
  crash(): void {
    this.#db.close();
    this.#db = this.#open();
    this.registry = this.#create();
  }

  remove(): void {
    this.#db.close();
    rmSync(this.#folder, { recursive: true });
  }

  #open(): Database {
    return new Database(join(this.#folder, "ronin.db"));
  }

  #create(): RealmsRegistry {
    return new RealmsRegistry(this.#db, { clock: { now: () => this.now } });
  }
}

const isOverdue = (life: Life, now: number): boolean =>
  life.end === "pending" && now - life.openedAt >= 14 * DAY_MS;
const isOver = ({ step }: Life): boolean => step === "installed" || step === "failed";

/** Asks the registry, and whether it said no where the model says no. */
function attempt(isAllowed: boolean, act: () => unknown): void {
  if (isAllowed) act();
  else expect(codeOf(act)).toBe("invalid_transition");
}

type Command = fc.Command<Model, Real>;
const always = () => true;

/** A command on one of the requests there are; without any there is nothing to do. */
function onRequest(name: string, pick: number, run: (life: Life, model: Model, real: Real) => void): Command {
  return {
    check: ({ lives }) => lives.length > 0,
    run(model, real) {
      const life = model.lives[pick % model.lives.length];
      if (life !== undefined) run(life, model, real);
      compare(model, real);
    },
    toString: () => `${name}(${pick})`,
  };
}

const pass = (days: number): Command => ({
  check: always,
  run(model, real) {
    model.now += days * DAY_MS;
    real.now = model.now;
    compare(model, real);
  },
  toString: () => `pass(${days} days)`,
});

const open = (contents: string): Command => ({
  check: always,
  run(model, real) {
    for (const life of model.lives) if (isOverdue(life, model.now)) life.end = "expired";
    const { id } = real.registry.requestInstall("a.a", "v1", "central", {
      offers: [offerOf("v1", contents)],
    });
    const pending = model.lives.find(({ end }) => end === "pending");
    if (pending?.contents === contents) expect(id).toBe(pending.id);
    else {
      if (pending !== undefined) pending.end = "superseded";
      expect(model.lives.map((life) => life.id)).not.toContain(id);
      model.lives.push({
        id,
        openedAt: model.now,
        contents,
        end: "pending",
        step: "none",
        isAnnounced: false,
      });
    }
    compare(model, real);
  },
  toString: () => `open(${contents})`,
});

const list = (): Command => ({
  check: always,
  run(model, real) {
    for (const life of model.lives) if (isOverdue(life, model.now)) life.end = "expired";
    const open = model.lives.filter(({ end }) => end === "pending").map(({ id }) => id);
    expect(real.registry.getPendingRequests().map(({ id }) => id)).toEqual(open);
    compare(model, real);
  },
  toString: () => "list()",
});

const approve = (pick: number): Command =>
  onRequest("approve", pick, (life, model, real) => {
    const isAllowed = life.end === "pending" && !isOverdue(life, model.now);
    attempt(isAllowed, () => real.registry.approveInstall(life.id, "mira"));
    if (isAllowed) life.end = "approved";
  });

const reject = (pick: number): Command =>
  onRequest("reject", pick, (life, model, real) => {
    const isAllowed = life.end === "pending" && !isOverdue(life, model.now);
    attempt(isAllowed, () => real.registry.rejectInstall(life.id, "no"));
    if (isAllowed) life.end = "rejected";
  });

const before: Record<string, readonly Step[]> = {
  downloading: ["none", "downloading", "verified", "registered"],
  verified: ["downloading"],
  registered: ["verified"],
};

const move = (pick: number, to: "downloading" | "verified" | "registered"): Command =>
  onRequest(`move to ${to}`, pick, (life, _model, real) => {
    const isAllowed = life.end === "approved" && before[to]?.includes(life.step) === true;
    attempt(isAllowed, () => real.registry.moveInstall(life.id, to));
    if (isAllowed) life.step = to;
  });

const complete = (pick: number): Command =>
  onRequest("complete", pick, (life, _model, real) => {
    const isAllowed = life.end === "approved" && life.step === "registered";
    const receipt = receiptOf({ kataName: "a.a", kataVersion: "v1" });
    attempt(isAllowed, () => real.registry.completeInstall(life.id, [receipt]));
    if (isAllowed) life.step = "installed";
  });

const fail = (pick: number): Command =>
  onRequest("fail", pick, (life, _model, real) => {
    const isAllowed = life.end === "approved" && !isOver(life);
    attempt(isAllowed, () => real.registry.failInstall(life.id, "download_failed", "no network"));
    if (isAllowed) life.step = "failed";
  });

const announce = (pick: number): Command =>
  onRequest("announce", pick, (life, _model, real) => {
    real.registry.noteAnnounced(life.id);
    if (isOver(life)) life.isAnnounced = true;
  });

/** What a recovery finds is what the model calls unfinished, and what nobody was told of. */
const crash = (): Command => ({
  check: always,
  run(model, real) {
    real.crash();
    const approved = real.registry.getRequests({ status: "approved" });
    const idsOf = (fits: (life: Life) => boolean) =>
      model.lives
        .filter(fits)
        .map(({ id }) => id)
        .sort();
    expect(
      approved
        .filter(isUnfinished)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(idsOf((life) => life.end === "approved" && !isOver(life)));
    expect(
      approved
        .filter(isUnannounced)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(idsOf((life) => isOver(life) && !life.isAnnounced));
    compare(model, real);
  },
  toString: () => "crash()",
});

function compare({ lives, now }: Model, { registry }: Real): void {
  for (const life of lives) {
    const { status, reason, installState, announcedAt } = registry.getRequest(life.id);
    const end = status === "rejected" ? (reason === "no" ? "rejected" : reason) : status;
    expect({ end, step: installState ?? "none", isAnnounced: announcedAt !== undefined }).toEqual({
      end: life.end,
      step: life.step,
      isAnnounced: life.isAnnounced,
    });
  }
  expect(now).toBeGreaterThanOrEqual(START);
  expect(registry.getRequests()).toHaveLength(lives.length);
  expect(lives.filter(({ end }) => end === "pending").length).toBeLessThan(2);
  expect(
    registry
      .getReceipts()
      .map(({ requestId }) => String(requestId))
      .sort(),
  ).toEqual(
    lives
      .filter(({ step }) => step === "installed")
      .map(({ id }) => id)
      .sort(),
  );
}

const pick = fc.nat(7);
const commands = fc.commands(
  [
    fc.constantFrom("one", "other").map(open),
    fc.constantFrom("one", "other").map(open),
    fc.integer({ min: 1, max: 9 }).map(pass),
    fc.constant(null).map(list),
    fc.constant(null).map(crash),
    ...[approve, approve, reject, complete, complete, fail, announce].map((command) => pick.map(command)),
    ...(["downloading", "verified", "registered"] as const).map((to) => pick.map((at) => move(at, to))),
  ],
  { maxCommands: 60, size: "max" },
);

const RUNS = 300;

test("a request lives as the model says, whatever is done to it and in whatever order", () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(commands, (run) => {
      const model: Model = { now: START, lives: [] };
      const real = new Real();
      try {
        fc.modelRun(() => ({ model, real }), run);
      } finally {
        real.remove();
      }
      for (const { end, step } of model.lives) ends.add(`${end} ${step}`);
    }),
    // Always the same ones: whether chance comes by every end must not decide.
    { numRuns: RUNS, seed: 20261123 },
  );
  // The commands come by every end that there is, or the test says less than it seems to.
  for (const end of [
    "expired none",
    "superseded none",
    "rejected none",
    "approved installed",
    "approved failed",
  ])
    expect([...ends]).toContain(end);
}, 60_000);

import { describe, expect, test } from "bun:test";
import { RealmError, RegistryBusyError } from "../../lib/errors.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { FAILED_PAUSE_MS } from "../../lib/model/schedule.ts";
import type { RealmOutcome, RealmProgress, RunSyncJob, SyncJob } from "../../lib/sync/job.ts";
import { SYNC_LEASE } from "../../lib/sync/lease.ts";
import { createRealmSyncer, type RealmSyncerDeps } from "../../lib/sync/syncer.ts";
import { memoryRegistry, NOON, realmOf, TestBus, TestClock, TestLog, until } from "./fixtures.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const synced = (realmId: string, extra: Partial<RealmOutcome> = {}): RealmOutcome =>
  ({ kind: "synced", realmId, added: 1, updated: 2, withdrawn: 3, unchanged: 4, ...extra }) as RealmOutcome;

const failed = (realmId: string, extra: object = {}): RealmOutcome => ({
  kind: "failed",
  realmId,
  code: "network",
  message: "no way to the realm",
  ...extra,
});

/** A job that was started and that the test drives. */
interface StartedJob {
  job: SyncJob;
  report: (outcome: RealmOutcome) => void;
  progress: ((progress: RealmProgress) => void) | undefined;
  end: () => void;
  fail: (error: Error) => void;
  signal: AbortSignal;
}

function createHost(realms: Realm[], deps: Partial<RealmSyncerDeps> = {}) {
  const clock = new TestClock();
  const registry = memoryRegistry(clock);
  for (const realm of realms) registry.registerRealm(realm);
  const bus = new TestBus();
  const log = new TestLog();
  const jobs: StartedJob[] = [];
  const runJob: RunSyncJob = (job, report, signal, progress) => {
    const run = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => run.reject(signal.reason));
    jobs.push({ job, report, progress, end: run.resolve, fail: run.reject, signal });
    return run.promise;
  };
  const syncer = createRealmSyncer({
    registry,
    bus,
    log,
    clock,
    runJob,
    credentials: () => undefined,
    indexPath: "/index.db",
    recordsPath: "/records.db",
    owner: "this process",
    ...deps,
  });
  return { clock, registry, bus, log, jobs, syncer };
}

type Host = ReturnType<typeof createHost>;

/** The job that runs as number `index`, once it does. */
async function jobOf(host: Host, index = 0): Promise<StartedJob> {
  await until(() => host.jobs.length > index, 1000);
  return host.jobs[index] as StartedJob;
}

/** Ends a job with an outcome for each of its realms. */
async function finish(host: Host, index = 0, outcomeOf = synced): Promise<StartedJob> {
  const job = await jobOf(host, index);
  for (const { id } of job.job.realms) job.report(outcomeOf(id));
  job.end();
  return job;
}

const team = realmOf("team", "https://team.example/v1");
const acme = realmOf("acme", "https://acme.example/v1");
const local: Realm = { id: "local", name: "Local", type: "local", enabled: true };

describe("sync", () => {
  test("runs one job over every enabled realm, the local one too", async () => {
    const host = createHost([
      team,
      acme,
      local,
      realmOf("off", "https://off.example/v1", { enabled: false }),
    ]);
    const report = host.syncer.sync();
    const { job } = await finish(host);
    expect(job.realms.map(({ id }) => id)).toEqual(["acme", "team", "local"]);
    expect(job.knownRealmIds.toSorted()).toEqual(["acme", "local", "off", "team"]);
    expect(job).toMatchObject({ indexPath: "/index.db", recordsPath: "/records.db" });
    expect(await report).toMatchObject({ kind: "finished" });
  });

  test("a success is recorded with the time of the run and emitted without anything else", async () => {
    const host = createHost([team]);
    const report = host.syncer.sync();
    const { report: tell, end } = await jobOf(host);
    host.clock.time += MINUTE;
    tell(synced("team", { leftOut: 0 } as Partial<RealmOutcome>));
    end();
    await report;
    expect(host.registry.getSyncStatus("team")).toEqual({ lastSyncedAt: NOON, lastAttemptAt: NOON });
    expect(host.bus.events).toEqual([
      {
        event: "realm.synced",
        payload: { realmId: "team", added: 1, updated: 2, withdrawn: 3, unchanged: 4 },
      },
    ]);
  });

  test("a failure is recorded, logged and emitted with its code only, and keeps the last success", async () => {
    const host = createHost([team]);
    host.registry.recordSyncSuccess("team", NOON - HOUR);
    const report = host.syncer.sync();
    await finish(host, 0, failed);
    expect(await report).toEqual({ kind: "finished", outcomes: [failed("team")] });
    expect(host.registry.getSyncStatus("team")).toEqual({
      lastSyncedAt: NOON - HOUR,
      lastAttemptAt: NOON,
      failureCode: "network",
      failureMessage: "no way to the realm",
    });
    expect(host.bus.events).toEqual([
      { event: "realm.sync_failed", payload: { realmId: "team", code: "network" } },
    ]);
    expect(host.log.lines).toEqual(["warn team was not synced (network): no way to the realm"]);
  });

  test("a host's database that is damaged is named as such, and not as the index", async () => {
    const host = createHost([team]);
    host.registry.findRealmTrust = () => {
      throw Object.assign(new Error("database disk image is malformed"), { code: "SQLITE_CORRUPT" });
    };
    expect(await host.syncer.sync()).toMatchObject({ outcomes: [{ code: "records_damaged" }] });
    expect(host.jobs).toEqual([]);
  });

  test("how far it is goes to those who listen, until they stop", async () => {
    const host = createHost([team]);
    const seen: RealmProgress[] = [];
    const stop = host.syncer.onProgress((progress) => seen.push(progress));
    const report = host.syncer.sync();
    const { progress, report: tell, end } = await jobOf(host);
    const half: RealmProgress = { kind: "progress", realmId: "team", step: "indexing", done: 1, of: 2 };
    progress?.(half);
    stop();
    progress?.({ ...half, done: 2 });
    tell(synced("team"));
    end();
    await report;
    expect(seen).toEqual([half]);
  });

  test("a realm is reported as soon as it is done, while another one still hangs", async () => {
    const host = createHost([team, acme]);
    const report = host.syncer.sync();
    const job = await jobOf(host);
    job.report(synced("acme"));
    await until(() => host.bus.events.length === 1, 1000);
    expect(host.registry.getSyncStatus("acme").lastSyncedAt).toBe(NOON);
    job.report(failed("team", { code: "timeout" }));
    job.end();
    expect(await report).toMatchObject({
      outcomes: [{ realmId: "acme" }, { realmId: "team", code: "timeout" }],
    });
  });

  test("a run that breaks fails the realms it had no outcome for, and only those", async () => {
    const host = createHost([team, acme]);
    const report = host.syncer.sync();
    const job = await jobOf(host);
    job.report(synced("acme"));
    job.fail(new RealmError("timeout", "The sync process was ended after 1 s."));
    expect(await report).toMatchObject({
      kind: "finished",
      outcomes: [
        { realmId: "acme", kind: "synced" },
        { realmId: "team", kind: "failed", code: "timeout" },
      ],
    });
    expect(host.registry.getSyncStatus("team").failureCode).toBe("timeout");
  });

  test("a realm that the run never mentions has failed", async () => {
    const host = createHost([team]);
    const report = host.syncer.sync();
    (await jobOf(host)).end();
    expect(await report).toMatchObject({ outcomes: [{ realmId: "team", code: "sync_failed" }] });
  });

  test("a realm that was disabled or removed while it was synced is not spoken of", async () => {
    const host = createHost([team, acme]);
    const report = host.syncer.sync();
    await jobOf(host);
    host.registry.setRealmEnabled("team", false);
    host.registry.removeRealm("acme");
    await finish(host);
    expect(await report).toEqual({ kind: "finished", outcomes: [] });
    expect(host.bus.events).toEqual([]);
    expect(host.registry.getSyncStatus("team")).toEqual({});
  });

  test("a realm that was disabled while its run had to wait is not synced", async () => {
    const host = createHost([team, acme]);
    const first = host.syncer.sync(["team"]);
    await jobOf(host);
    const second = host.syncer.sync(["acme"]);
    await Bun.sleep(5);
    host.registry.setRealmEnabled("acme", false);
    await finish(host);
    await first;
    expect(await second).toEqual({ kind: "finished", outcomes: [] });
    expect(host.jobs).toHaveLength(1);
  });

  test("unknown and disabled ids start nothing", async () => {
    const host = createHost([realmOf("off", "https://off.example/v1", { enabled: false })]);
    expect(await host.syncer.sync(["off", "nobody"])).toEqual({ kind: "finished", outcomes: [] });
    expect(host.jobs).toHaveLength(0);
  });

  test("host katas that cannot be listed are counted in the log", async () => {
    const host = createHost([local]);
    const report = host.syncer.sync();
    await finish(host, 0, (id) => synced(id, { leftOut: 2 } as Partial<RealmOutcome>));
    await report;
    expect(host.log.lines[0]).toContain("local: 2 of the host's katas");
  });

  test("a second call joins the run that covers it; one that does not waits for its end", async () => {
    const host = createHost([team, acme]);
    const first = host.syncer.sync(["team"]);
    await jobOf(host);
    const joined = host.syncer.sync(["team"]);
    const second = host.syncer.sync(["team", "acme"]);
    await Bun.sleep(5);
    expect(host.jobs).toHaveLength(1);
    await finish(host, 0);
    expect(await joined).toEqual(await first);
    await finish(host, 1);
    expect(await second).toMatchObject({ outcomes: [{ realmId: "acme" }, { realmId: "team" }] });
    expect(host.jobs).toHaveLength(2);
  });

  test("a caller that joins a larger run hears of its own realms only", async () => {
    const host = createHost([team, acme]);
    const all = host.syncer.sync();
    const mine = host.syncer.sync(["team"]);
    await finish(host);
    expect((await all).outcomes).toHaveLength(2);
    expect((await mine).outcomes).toEqual([synced("team")]);
  });
});

describe("credentials", () => {
  const keyed = { ...team, apiKeyEnv: "TEAM_KEY" };

  test("the key of a realm travels in the job, for this realm only", async () => {
    const host = createHost([keyed, acme], {
      credentials: ({ id }) => (id === "team" ? "key-of-the-team" : undefined),
    });
    const report = host.syncer.sync();
    const { job } = await finish(host);
    await report;
    expect(job.realms.map(({ id, apiKey }) => [id, apiKey])).toEqual([
      ["acme", undefined],
      ["team", "key-of-the-team"],
    ]);
  });

  test.each([
    ["unset", undefined, "TEAM_KEY"],
    ["empty", "", "TEAM_KEY"],
    ["of characters that no header carries", "key with\na line break", "apiKey"],
  ])(
    "a variable that is %s fails this realm without a request, and the others are synced",
    async (_what, key, named) => {
      const host = createHost([keyed, acme], { credentials: ({ id }) => (id === "team" ? key : undefined) });
      const report = host.syncer.sync();
      const { job } = await finish(host);
      expect(job.realms.map(({ id }) => id)).toEqual(["acme"]);
      expect((await report).outcomes).toMatchObject([
        {
          realmId: "team",
          kind: "failed",
          code: "credentials_missing",
          message: expect.stringContaining(named),
        },
        { realmId: "acme", kind: "synced" },
      ]);
      expect(host.bus.events).toContainEqual({
        event: "realm.sync_failed",
        payload: { realmId: "team", code: "credentials_missing" },
      });
    },
  );

  test("with nothing left to fetch no job is started", async () => {
    const host = createHost([keyed]);
    expect(await host.syncer.sync()).toMatchObject({ outcomes: [{ code: "credentials_missing" }] });
    expect(host.jobs).toHaveLength(0);
  });

  test("a row with an address that our rules refuse fails alone", async () => {
    const host = createHost([team, acme]);
    const { getRealms } = host.registry;
    host.registry.getRealms = () =>
      getRealms
        .call(host.registry)
        .map((realm) => (realm.id === "team" ? { ...realm, url: "file:///etc" } : realm));
    const report = host.syncer.sync();
    const { job } = await finish(host);
    expect(job.realms.map(({ id }) => id)).toEqual(["acme"]);
    expect((await report).outcomes[0]).toMatchObject({ realmId: "team", code: "invalid_url" });
  });
});

describe("the lease", () => {
  test("while another process holds it nothing runs, is recorded or emitted, and the report says so", async () => {
    const host = createHost([team]);
    host.registry.acquireLease(SYNC_LEASE, "another process", 60_000);
    expect(await host.syncer.sync()).toEqual({ kind: "held_elsewhere", outcomes: [] });
    expect(host.jobs).toHaveLength(0);
    expect(host.bus.events).toEqual([]);
    expect(host.registry.getSyncStatus("team")).toEqual({});
  });

  test("is given back after the run, also after one that broke", async () => {
    const host = createHost([team]);
    const first = host.syncer.sync();
    (await jobOf(host)).fail(new Error("broken"));
    await first;
    expect(host.registry.acquireLease(SYNC_LEASE, "another process", 60_000)).toBe(true);
  });

  test("is renewed while the run goes on, so that no other process takes it", async () => {
    const host = createHost([team], { leaseTtlMs: 30 });
    const report = host.syncer.sync();
    await jobOf(host);
    for (let i = 0; i < 10; i += 1) {
      host.clock.time += 25;
      await Bun.sleep(15);
      expect(host.registry.acquireLease(SYNC_LEASE, "another process", 60_000)).toBe(false);
    }
    await finish(host);
    expect(await report).toMatchObject({ kind: "finished" });
  });

  test("a process that slept and lost it ends its run and leaves the realms to the other", async () => {
    const host = createHost([team], { leaseTtlMs: 30 });
    const report = host.syncer.sync();
    const { signal } = await jobOf(host);
    host.clock.time += HOUR;
    host.registry.acquireLease(SYNC_LEASE, "another process", 2 * HOUR);
    expect(await report).toEqual({ kind: "held_elsewhere", outcomes: [] });
    expect(signal.aborted).toBe(true);
    expect(host.bus.events).toEqual([]);
    expect(host.registry.acquireLease(SYNC_LEASE, "this process", 1)).toBe(false);
  });

  test("one that was left by a process that died is taken over once it ran out", async () => {
    const host = createHost([team]);
    host.registry.acquireLease(SYNC_LEASE, "a process that died", 60_000);
    host.clock.time += 60_000;
    const report = host.syncer.sync();
    await finish(host);
    expect(await report).toMatchObject({ kind: "finished" });
  });
});

describe("a locked database", () => {
  test("is waited for: the outcome is recorded once the lock is gone", async () => {
    const host = createHost([team]);
    const { recordSyncSuccess } = host.registry;
    let refusals = 2;
    host.registry.recordSyncSuccess = (id, at) => {
      refusals -= 1;
      if (refusals >= 0) throw new RegistryBusyError();
      recordSyncSuccess.call(host.registry, id, at);
    };
    const report = host.syncer.sync();
    await finish(host);
    await report;
    expect(host.registry.getSyncStatus("team").lastSyncedAt).toBe(NOON);
    expect(host.bus.events).toHaveLength(1);
  });

  test("an outcome that cannot be recorded at all is still emitted, and the log says why", async () => {
    const host = createHost([team]);
    host.registry.recordSyncSuccess = () => {
      throw new Error("the disk is full");
    };
    const report = host.syncer.sync();
    await finish(host);
    expect(await report).toMatchObject({ outcomes: [{ kind: "synced" }] });
    expect(host.bus.events).toHaveLength(1);
    expect(host.log.lines[0]).toContain("the disk is full");
  });
});

describe("waitForFirstSync", () => {
  test("returns at once while nothing is synced", async () => {
    await createHost([team]).syncer.waitForFirstSync(60_000);
  });

  test("waits for the realm that was never synced and not for the others of the run", async () => {
    const host = createHost([team, acme]);
    host.registry.recordSyncSuccess("acme", NOON - HOUR);
    const report = host.syncer.sync();
    const job = await jobOf(host);
    let isOver = false;
    const waiting = host.syncer.waitForFirstSync(60_000).then(() => {
      isOver = true;
    });
    await Bun.sleep(5);
    expect(isOver).toBe(false);
    job.report(synced("team"));
    await waiting;
    expect(host.registry.getSyncStatus("team").lastSyncedAt).toBe(NOON);
    await finish(host);
    await report;
  });

  test("does not wait for a run over realms that were synced before", async () => {
    const host = createHost([team]);
    host.registry.recordSyncSuccess("team", NOON - HOUR);
    const report = host.syncer.sync();
    await jobOf(host);
    await host.syncer.waitForFirstSync(60_000);
    await finish(host);
    await report;
  });

  test("gives up after its wait, and the sync goes on", async () => {
    const host = createHost([team]);
    const report = host.syncer.sync();
    await jobOf(host);
    await host.syncer.waitForFirstSync(5);
    await finish(host);
    expect(await report).toMatchObject({ kind: "finished" });
  });

  test("ends with a run that finds the lease taken", async () => {
    const host = createHost([team]);
    let attempts = 0;
    host.registry.acquireLease = () => {
      attempts += 1;
      if (attempts === 1) throw new RegistryBusyError();
      return false;
    };
    const report = host.syncer.sync();
    await until(() => attempts === 1, 1000);
    let isOver = false;
    const waiting = host.syncer.waitForFirstSync(60_000).then(() => {
      isOver = true;
    });
    await Bun.sleep(0);
    expect(isOver).toBe(false);
    await waiting;
    expect(await report).toMatchObject({ kind: "held_elsewhere" });
  });
});

describe("refreshStale", () => {
  const realms = [
    realmOf("eager", "https://a.example/v1", { cacheStrategy: "eager" }),
    realmOf("fresh", "https://b.example/v1", { cacheStrategy: "lazy" }),
    realmOf("none", "https://d.example/v1", { cacheStrategy: "none" }),
    realmOf("old", "https://c.example/v1", { cacheStrategy: "lazy", cacheTtl: 10 * MINUTE }),
  ];

  function createSyncedHost(ageMs: number, deps: Partial<RealmSyncerDeps> = {}): Host {
    const host = createHost(realms, deps);
    for (const { id } of realms) host.registry.recordSyncSuccess(id, NOON - ageMs);
    return host;
  }

  test("syncs what its cache strategy calls stale, and nothing else", async () => {
    const host = createSyncedHost(10 * MINUTE);
    const refreshing = host.syncer.refreshStale(60_000);
    const { job } = await finish(host);
    await refreshing;
    expect(job.realms.map(({ id }) => id)).toEqual(["none", "old"]);
  });

  test("with nothing stale it starts nothing", async () => {
    const host = createHost([realmOf("eager", "https://a.example/v1", { cacheStrategy: "eager" })]);
    host.registry.recordSyncSuccess("eager", NOON - 1000 * HOUR);
    await host.syncer.refreshStale(60_000);
    expect(host.jobs).toHaveLength(0);
  });

  test("waits no longer than asked, and the sync goes on", async () => {
    const host = createSyncedHost(HOUR);
    await host.syncer.refreshStale(5);
    await finish(host);
    await until(() => host.bus.events.length === 3, 1000);
  });

  test("a realm that just failed is left alone for a minute", async () => {
    const host = createHost([team]);
    host.registry.recordSyncFailure("team", NOON, "network", "no way");
    host.clock.time += FAILED_PAUSE_MS - 1;
    await host.syncer.refreshStale(60_000);
    expect(host.jobs).toHaveLength(0);
    host.clock.time += 1;
    const refreshing = host.syncer.refreshStale(60_000);
    await finish(host);
    await refreshing;
    expect(host.jobs).toHaveLength(1);
  });

  test("a realm whose server asked for ten minutes of peace gets them", async () => {
    const host = createHost([team]);
    const report = host.syncer.sync();
    await finish(host, 0, (id) => failed(id, { code: "http_status", retryAfterMs: 10 * MINUTE }));
    await report;
    host.clock.time += 10 * MINUTE - 1;
    await host.syncer.refreshStale(60_000);
    expect(host.jobs).toHaveLength(1);
    host.clock.time += 1;
    const refreshing = host.syncer.refreshStale(60_000);
    await finish(host, 1);
    await refreshing;
  });

  test("a server that asks for a year gets an hour, and a clock set back ends it", async () => {
    const host = createHost([team]);
    const report = host.syncer.sync();
    await finish(host, 0, (id) => failed(id, { retryAfterMs: 365 * 24 * HOUR }));
    await report;
    host.clock.time += HOUR - 1;
    await host.syncer.refreshStale(60_000);
    expect(host.jobs).toHaveLength(1);
    host.clock.time -= 2 * HOUR;
    const early = host.syncer.refreshStale(60_000);
    await finish(host, 1, (id) => failed(id, { retryAfterMs: 365 * 24 * HOUR }));
    await early;
    host.clock.time += HOUR;
    const later = host.syncer.refreshStale(60_000);
    await finish(host, 2);
    await later;
  });

  test("a database that cannot be read is logged, and the search goes on", async () => {
    const host = createHost([team]);
    host.registry.getEnabledRealms = () => {
      throw new RegistryBusyError();
    };
    await host.syncer.refreshStale(60_000);
    expect(host.log.lines).toHaveLength(1);
  });
});

describe("onSynced", () => {
  test("is called after every finished run until it is taken back; one that throws stops nobody", async () => {
    const host = createHost([team]);
    let calls = 0;
    host.syncer.onSynced(() => {
      throw new Error("a mistake of the listener");
    });
    const off = host.syncer.onSynced(() => {
      calls += 1;
      expect(host.registry.getSyncStatus("team").lastAttemptAt).toBe(NOON);
    });
    const first = host.syncer.sync();
    await finish(host, 0, failed);
    await first;
    expect(calls).toBe(1);
    off();
    const second = host.syncer.sync();
    await finish(host, 1);
    await second;
    expect(calls).toBe(1);
    expect(host.log.lines.filter((text) => text.includes("a mistake of the listener"))).toHaveLength(2);
  });

  test("is not called when another process had the lease", async () => {
    const host = createHost([team]);
    host.registry.acquireLease(SYNC_LEASE, "another process", 60_000);
    let calls = 0;
    host.syncer.onSynced(() => {
      calls += 1;
    });
    await host.syncer.sync();
    expect(calls).toBe(0);
  });
});

describe("stop", () => {
  test("ends the run at once, records no failure and gives the lease back before it returns", async () => {
    const host = createHost([team, acme]);
    const report = host.syncer.sync();
    const job = await jobOf(host);
    job.report(synced("acme"));
    await until(() => host.bus.events.length === 1, 1000);
    host.syncer.stop();
    expect(host.registry.acquireLease(SYNC_LEASE, "another process", 60_000)).toBe(true);
    expect(await report).toMatchObject({ kind: "stopped", outcomes: [{ realmId: "acme" }] });
    expect(job.signal.aborted).toBe(true);
    expect(host.registry.getSyncStatus("team")).toEqual({});
    expect(host.bus.events).toHaveLength(1);
  });

  test("nothing is emitted after it, not even what waits for a locked database", async () => {
    const host = createHost([team]);
    let attempts = 0;
    host.registry.recordSyncSuccess = () => {
      attempts += 1;
      throw new RegistryBusyError();
    };
    const report = host.syncer.sync();
    await finish(host);
    await until(() => attempts > 0, 1000);
    host.syncer.stop();
    expect(await report).toEqual({ kind: "stopped", outcomes: [] });
    expect(host.bus.events).toEqual([]);
    expect(host.log.lines).toEqual([]);
  });

  test("ends what waits behind the run as well, and every later call", async () => {
    const host = createHost([team, acme]);
    const first = host.syncer.sync(["team"]);
    await jobOf(host);
    const second = host.syncer.sync(["acme"]);
    host.syncer.stop();
    expect((await first).kind).toBe("stopped");
    expect((await second).kind).toBe("stopped");
    expect((await host.syncer.sync()).kind).toBe("stopped");
    expect(host.jobs).toHaveLength(1);
  });
});

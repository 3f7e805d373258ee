import { Database } from "bun:sqlite";
import { cpus, loadavg, platform, release, totalmem } from "node:os";

/** What a figure depends on beside the code. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  bun: string;
  sqlite: string;
  /** How many programs wanted to run when the benchmark began, on average over a minute. */
  load: number;
}

export function describeMachine(): Machine {
  using db = new Database(":memory:");
  const { version } = db.query<{ version: string }, []>("SELECT sqlite_version() AS version").get() ?? {
    version: "unknown",
  };
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    bun: Bun.version,
    sqlite: version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

export function toMachineLine({ cpu, cores, memoryGiB, system, bun, sqlite, load }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Bun ${bun}, SQLite ${sqlite}, load ${load} at the start`;
}

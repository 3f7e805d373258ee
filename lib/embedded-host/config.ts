import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ConfigAPI } from "./contract/services.ts";
import { type Log, messageOf } from "./log.ts";

type Settings = Record<string, unknown>;

export interface ConfigStoreOptions {
  path: string;
  /** Laid over the file, as the host lays the environment over it. */
  overrides: Settings;
  log: Log;
}

/** The host's settings: defaults, then the file, then overrides, merged section by section. */
export class ConfigStore implements ConfigAPI {
  readonly #options: ConfigStoreOptions;
  #settings: Settings;

  /** Reads the file at once. A missing file is empty; a broken one is logged and counts as empty. */
  constructor(options: ConfigStoreOptions) {
    this.#options = options;
    this.#settings = this.#load();
  }

  get(path: string): unknown {
    let value: unknown = this.#settings;
    for (const key of path.split(".")) {
      if (typeof value !== "object" || value === null) return undefined;
      value = (value as Settings)[key];
    }
    return value;
  }

  getAll(): Settings {
    return structuredClone(this.#settings);
  }

  // Everything goes to disk, overrides too, readable by all: the reason to keep secrets out of a host's settings.
  async set(path: string, value: unknown): Promise<void> {
    const nested = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    mergeInto(this.#settings, nested as Settings);
    mkdirSync(dirname(this.#options.path), { recursive: true });
    writeFileSync(this.#options.path, `${JSON.stringify(this.#settings, null, 2)}\n`, { mode: 0o644 });
  }

  async reload(): Promise<void> {
    this.#settings = this.#load();
  }

  #load(): Settings {
    const settings: Settings = { configVersion: "1.0.0" };
    mergeInto(settings, this.#readFile());
    mergeInto(settings, structuredClone(this.#options.overrides));
    return settings;
  }

  #readFile(): Settings {
    try {
      const parsed: unknown = JSON.parse(readFileSync(this.#options.path, "utf8"));
      return isSection(parsed) ? parsed : {};
    } catch (error) {
      const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!missing)
        this.#options.log("warn", "the configuration could not be read", { error: messageOf(error) });
      return {};
    }
  }
}

// Sections merge, everything else replaces. A __proto__ key is left out: the real host lets it reach the prototype
// of every object, which is no manner worth having.
function mergeInto(target: Settings, source: Settings): void {
  for (const [key, value] of Object.entries(source)) {
    if (key === "__proto__") continue;
    const present = target[key];
    if (isSection(present) && isSection(value)) mergeInto(present, value);
    else target[key] = value;
  }
}

function isSection(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

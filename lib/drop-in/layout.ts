/** One file of the built pack, and what it is made of. */
export interface PackFile {
  /** From the build's folder. */
  path: string;
  /** The module that it is built from, from the project's root. */
  entry: string;
  /**
   * `thin`: an entry that holds no library and stays readable, because people open it and the host's command
   * reads `static schedule` out of its text. `bundle`: minified, with all it needs inside. `command`: a bundle
   * that a shell can run, the only one with the peer's compiler in it. `core`: a bundle that holds no library,
   * because every start of a host waits for it. `page`: a bundle that is loaded when somebody opens the page.
   */
  kind: "thin" | "core" | "bundle" | "page" | "command";
  /** Whether a running host loads it by itself, and so pays for it. */
  isLoadedByHost: boolean;
}

/** A host imports every .js below its agents folder, helpers included, but no .mjs. */
export const packFiles: readonly PackFile[] = [
  { path: "agents/dojo-agent.js", entry: "agents/dojo-agent.ts", kind: "thin", isLoadedByHost: true },
  {
    path: "agents/realm-sync-agent.js",
    entry: "agents/realm-sync-agent.ts",
    kind: "thin",
    isLoadedByHost: true,
  },
  {
    path: "agents/ronin-realms/core.mjs",
    entry: "lib/runtime/attach.ts",
    kind: "core",
    isLoadedByHost: true,
  },
  {
    path: "agents/ronin-realms/services.mjs",
    entry: "lib/runtime/services.ts",
    kind: "bundle",
    isLoadedByHost: true,
  },
  {
    path: "agents/ronin-realms/page.mjs",
    entry: "lib/web/page.ts",
    kind: "page",
    isLoadedByHost: false,
  },
  {
    path: "agents/ronin-realms/share.mjs",
    entry: "lib/publish/share-folder.ts",
    kind: "bundle",
    isLoadedByHost: false,
  },
  { path: "agents/ronin-realms/sync.mjs", entry: "lib/sync/child.ts", kind: "bundle", isLoadedByHost: false },
  { path: "plugins/realms/index.js", entry: "plugins/realms/index.ts", kind: "thin", isLoadedByHost: true },
  { path: "bin/realms.js", entry: "lib/cli/main.ts", kind: "command", isLoadedByHost: false },
];

export const LICENCES_PATH = "agents/ronin-realms/THIRD_PARTY_LICENSES.txt";

/** Opens every built file, so that a copy of it can be told from somebody else's file of the same name. */
export function bannerOf(version: string): string {
  return `// ronin-realms ${version}`;
}

/** The version in a built file's banner; undefined for a file that is not of this pack. */
export function findBannerVersion(text: string): string | undefined {
  return /^(?:#!.*\n)?(?:\/\/ @bun\n)?(?:\/\/ )?ronin-realms (\S+)\n/.exec(text)?.[1];
}

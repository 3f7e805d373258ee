import { type Signature, toModule } from "./signatures.ts";
import { wrap } from "./wrap.ts";

/** Blocks that the guide does not have and our types must not allow: without them a blind checker would pass. */
const planted: ReadonlyArray<[name: string, text: string, form: "function" | "types"]> = [
  ["a query that is a number", "registry.discover(5);", "function"],
  ["a method that does not exist", "registry.installNow();", "function"],
  [
    "a realm without an id",
    'registry.registerRealm({ name: "x", type: "local", enabled: true });',
    "function",
  ],
  ["a receipt without its hash", 'const receipt: KataInstallReceipt = { id: "x" };', "function"],
  ["a field that a result does not have", 'registry.discover("x")[0].newest;', "function"],
  ["syntax that is none", "const = 5;", "function"],
  ["a row with a field that ours has not", metadataWith("popularity: number"), "types"],
  ["a row with an optional field that ours has not", metadataWith("popularity?: number"), "types"],
  ["a row with a field of another type", metadataWith("version: number"), "types"],
];

const wrongSignatures: ReadonlyArray<[name: string, signature: Omit<Signature, "heading">]> = [
  [
    "a parameter of another type",
    { name: "discover", parameters: ["query: number"], result: "KataDiscoveryResult[]" },
  ],
  [
    "a parameter too few",
    { name: "requestInstall", parameters: ["kataName", "kataVersion"], result: "unknown" },
  ],
  [
    "a result that is more",
    { name: "getEnabledRealms", parameters: [], result: "Array<Realm & { size: number }>" },
  ],
  ["a result that is less", { name: "getEnabledRealms", parameters: [], result: "Array<{ id: string }>" }],
];

/** Name → module, wrapped as the guide's blocks are. */
export const plantedModules: ReadonlyMap<string, string> = new Map([
  ...planted.map(([name, text, form]): [string, string] => [name, wrap({ text }, form)]),
  ...wrongSignatures.map(([name, signature]): [string, string] => [
    name,
    toModule({ heading: name, ...signature }),
  ]),
]);

function metadataWith(member: string): string {
  return `interface RealmKataMetadata { name: string; ${member}; }`;
}

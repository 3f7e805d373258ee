import { createHash } from "node:crypto";

export const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

const row = (name: string, version: string, more = {}) => ({
  name,
  version,
  requiredSkills: ["local.reasoning", "mail.search"],
  tags: ["finance", "mail"],
  complexity: "moderate",
  sourceHash: sha256(`${name} ${version}`),
  compiledHash: sha256(`graph of ${name} ${version}`),
  minRoninVersion: "0.1.0",
  description: "Finds subscriptions that nobody uses.",
  requiredKatas: ["notify.user@v1"],
  ...more,
});

/** A realm with its rows in one file. */
export const oneFile = {
  format: 1,
  realm: "acme",
  name: "Acme",
  seq: 7,
  issued: "2026-11-22T06:00:00Z",
  notice: "Hello",
  katas: [
    row("finance.audit", "v1", {
      status: "withdrawn",
      reason: "it deletes mail",
      replacedBy: "acme:finance.audit@v2",
    }),
    row("finance.audit", "v2", { changes: "quicker", category: "finance", license: "MIT", installCount: 3 }),
    row("notify.user", "v1", { requiredKatas: [], maxRoninVersion: "9.0.0" }),
  ],
};

/** A pointer to packs. */
export const packed = {
  format: 1,
  realm: "acme",
  name: "Acme",
  seq: 7,
  issued: "2026-11-22T06:00:00Z",
  rows: 3,
  state: sha256("state"),
  base: [
    { sha256: sha256("base 0"), bytes: 1000, rawBytes: 4000, rows: 2 },
    { sha256: sha256("base 1"), bytes: 100, rawBytes: 400, rows: 1 },
  ],
  deltas: [
    { from: 6, sha256: sha256("delta 6"), bytes: 90, rawBytes: 300 },
    { from: 3, sha256: sha256("delta 3"), bytes: 200, rawBytes: 700 },
  ],
  notice: "Hello",
};

/** Rows of a pack, in publishing order. */
export const packRows = [
  packRow(1, "finance.audit", "v1", { status: "deprecated", reason: "slow" }),
  packRow(3, "finance.audit", "v2"),
  packRow(2, "notify.user", "v1"),
];

function packRow(seq: number, name: string, version: string, more = {}) {
  return {
    seq,
    ...row(name, version),
    status: "active",
    sourceBytes: 300,
    compiledWith: "1.1.1",
    releaseDate: 1_790_000_000_000,
    lastModified: 1_790_000_000_000,
    ...more,
  };
}

/** The section of a host's config. */
export const settings = {
  approvals: "confirmed",
  realms: [
    {
      id: "central",
      name: "Central",
      type: "central",
      url: "https://central.example/v1",
      cacheStrategy: "lazy",
    },
    {
      id: "acme",
      name: "Acme",
      url: "https://acme.example",
      mirrors: ["https://mirror.example/acme"],
      apiKeyEnv: "ACME_KEY",
      names: ["acme.*", "finance.audit"],
      root: sha256("root"),
      cacheTtl: 60_000,
      enabled: true,
    },
  ],
};

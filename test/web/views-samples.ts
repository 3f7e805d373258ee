import { loadAssets } from "../../lib/web/assets/assets.ts";
import type {
  BrowseView,
  HistoryView,
  InstalledEntry,
  InstalledKataView,
  InstalledView,
  KataView,
  ProposalSummary,
  ProposalsView,
  ProposalView,
  RealmMark,
  RealmsView,
  ReceiptView,
  Shell,
  VersionContent,
  VersionView,
} from "../../lib/web/view-models.ts";

/** Plain data for every view: the demo's katas, as the page would be given them. */
export const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export async function sampleShell(changes: Partial<Shell> = {}): Promise<Shell> {
  return {
    section: "proposals",
    roninVersion: "1.1.1",
    packVersion: "0.1.0",
    pending: 1,
    now: NOW,
    approvals: "confirmed",
    isPart: false,
    assets: await loadAssets(),
    ...changes,
  };
}

export const examples: RealmMark = {
  id: "examples",
  name: "Example katas",
  type: "custom",
  trust: "unsigned",
};
const local: RealmMark = { id: "local", name: "Your own katas", type: "local", trust: null };

function sampleSummary(changes: Partial<ProposalSummary> = {}): ProposalSummary {
  return {
    id: "38531f0a-8f21-4a5e-9d2c-1c9a0f0b7d11",
    kind: "install",
    kataName: "finance.subscriptions",
    kataVersion: "v2",
    realm: examples,
    intent: "I need to track all recurring subscriptions",
    state: { kind: "pending" },
    requestedAt: NOW - 5 * 60_000,
    expiresAt: NOW + 14 * DAY_MS,
    description: "Finds recurring payments, lists them and tells you when one is due.",
    complexity: "moderate",
    versions: ["v3", "v2", "v1"],
    ...changes,
  };
}

export function sampleVersion(changes: Partial<VersionView> = {}): VersionView {
  return {
    version: "v2",
    qualifiedName: "examples:finance.subscriptions@v2",
    isProposed: true,
    isInstalled: false,
    releasedAt: Date.UTC(2026, 5, 18),
    complexity: "moderate",
    tags: ["finance", "subscriptions", "monthly", "reminders"],
    description: "Finds recurring payments, lists them and tells you when one is due.",
    changes: "Sends a notice through notify.user before a payment is due.",
    status: "active",
    author: "The Ronin Realms authors",
    license: "MIT",
    documentation: "https://katas.example.com/finance.subscriptions",
    isCompatible: true,
    reasons: [],
    problem: null,
    isStale: false,
    skills: [
      {
        name: "local.memory.search",
        description: "Search agent memory",
        riskLevel: "low",
        isPresent: true,
        reach: null,
      },
      {
        name: "local.notify",
        description: "Show a desktop notice",
        riskLevel: "low",
        isPresent: true,
        reach: null,
      },
      { name: "local.reasoning", description: null, riskLevel: "medium", isPresent: true, reach: null },
    ],
    plan: [
      { qualifiedName: "examples:notify.user@v1", isInstalled: false },
      { qualifiedName: "examples:finance.subscriptions@v2", isInstalled: false },
    ],
    hashes: { source: "ab".repeat(32), compiled: "cd".repeat(32), plan: "ef".repeat(32) },
    compiledWith: "1.1.1",
    ...changes,
  };
}

const olderVersion = sampleVersion({
  version: "v1",
  qualifiedName: "examples:finance.subscriptions@v1",
  isProposed: false,
  isInstalled: true,
  releasedAt: Date.UTC(2026, 2, 2),
  complexity: "simple",
  description: "Finds recurring payments in what you saved and lists them.",
  changes: null,
  skills: sampleVersion().skills.filter(({ name }) => name !== "local.notify"),
  plan: [{ qualifiedName: "examples:finance.subscriptions@v1", isInstalled: true }],
});

const newerVersion = sampleVersion({
  version: "v3",
  qualifiedName: "examples:finance.subscriptions@v3",
  isProposed: false,
  releasedAt: Date.UTC(2026, 9, 30),
  complexity: "complex",
  description: "Finds recurring payments in your mail and cancels those you no longer use.",
  changes: "Reads mail and drafts cancellations. Needs Ronin 2.",
  isCompatible: false,
  reasons: ["Upgrade Ronin to 2.0.0 or higher."],
  problem: { code: "incompatible_ronin", message: "It needs Ronin 2.0.0 or higher." },
});

const source = `# description: Finds recurring payments, lists them and tells you when one is due.
# tags: finance, subscriptions, monthly, reminders
# complexity: moderate
kata finance.subscriptions v2
requires skill local.memory.search
requires skill local.reasoning
requires kata notify.user v1

initial gather

phase gather
  run skill local.memory.search
  next list

phase list
  run skill local.reasoning
  next remind

phase remind
  spawn kata notify.user v1 -> sent
  complete
`;

export function sampleContent(changes: Partial<VersionContent> = {}): VersionContent {
  return {
    version: "v2",
    source: { kind: "text", text: source },
    graph: {
      initial: "gather",
      phases: [
        { name: "gather", action: "run", target: "local.memory.search", next: "list", terminal: null },
        { name: "list", action: "run", target: "local.reasoning", next: "remind", terminal: null },
        { name: "remind", action: "spawn", target: "notify.user@v1", next: null, terminal: "complete" },
      ],
    },
    compiled: "matches",
    diff: {
      against: "v1",
      lines: [
        { kind: "removed", text: "kata finance.subscriptions v1" },
        { kind: "added", text: "kata finance.subscriptions v2" },
        ...source
          .split("\n")
          .slice(4, 16)
          .map((text) => ({ kind: "same" as const, text })),
        { kind: "removed", text: "  complete" },
        { kind: "added", text: "  next remind" },
        { kind: "added", text: "" },
        { kind: "added", text: "phase remind" },
        { kind: "added", text: "  spawn kata notify.user v1 -> sent" },
        { kind: "added", text: "  complete" },
      ],
    },
    ...changes,
  };
}

export function sampleProposal(changes: Partial<ProposalView> = {}): ProposalView {
  return {
    proposal: sampleSummary(),
    versions: [newerVersion, sampleVersion(), olderVersion],
    selected: sampleContent(),
    installedVersions: ["v1"],
    receipts: [],
    ...changes,
  };
}

export const sampleReceipt: ReceiptView = {
  id: "9867cb9d-dff7-4807-abe5-aa8a229038ae",
  qualifiedName: "examples:finance.subscriptions@v2",
  realm: examples,
  installedAt: NOW - HOUR_MS,
  installedBy: "mira",
  checksumVerified: true,
  sourceHash: "ab".repeat(32),
  compiledHash: "cd".repeat(32),
  trust: "unsigned",
  requestId: "38531f0a-8f21-4a5e-9d2c-1c9a0f0b7d11",
};

export const decided: ProposalSummary[] = [
  sampleSummary({ id: "a1", state: { kind: "installed", by: "mira", at: NOW - HOUR_MS } }),
  sampleSummary({ id: "a2", state: { kind: "installing", step: "downloading" }, intent: null }),
  sampleSummary({
    id: "a3",
    kataName: "ops.watch",
    state: {
      kind: "failed",
      by: "mira",
      at: NOW - HOUR_MS,
      problem: { code: "source_hash_mismatch", message: "The source is not the one that was promised." },
    },
  }),
  sampleSummary({ id: "a4", state: { kind: "rejected", reason: "not needed" } }),
  sampleSummary({ id: "a5", state: { kind: "expired" } }),
];

export const sampleProposals: ProposalsView = {
  pending: [
    sampleSummary(),
    sampleSummary({
      id: "c1",
      kind: "create",
      kataName: "garden.water",
      kataVersion: "v1",
      realm: local,
      intent: "I need to water the garden when it has not rained for three days",
      description: null,
      complexity: null,
      versions: ["v1"],
    }),
  ],
  recent: decided,
};

export const sampleCreation: ProposalView = {
  proposal: sampleSummary({ id: "c1", kind: "create", kataName: "garden.water", realm: local }),
  versions: [
    sampleVersion({
      version: "v1",
      qualifiedName: "local:garden.water@v1",
      releasedAt: null,
      complexity: null,
      description: null,
      changes: null,
      tags: [],
      author: null,
      license: null,
      documentation: null,
      skills: [
        {
          name: "local.shell.safe",
          description: "Run a command from a short list",
          riskLevel: "high",
          isPresent: true,
          reach: "shell",
        },
        {
          name: "local.http.request",
          description: "Make an HTTP request",
          riskLevel: "medium",
          isPresent: true,
          reach: "network",
        },
        { name: "garden.valve", description: null, riskLevel: null, isPresent: false, reach: null },
      ],
      plan: [{ qualifiedName: "local:garden.water@v1", isInstalled: false }],
      compiledWith: null,
    }),
  ],
  selected: sampleContent({
    version: "v1",
    diff: null,
    graph: {
      initial: "ask",
      phases: [
        { name: "ask", action: "run", target: "local.http.request", next: "rest", terminal: null },
        { name: "rest", action: "wait", target: "weather.dry", next: "water", terminal: null },
        { name: "water", action: "run", target: "local.shell.safe", next: "ask", terminal: null },
        { name: "stop", action: "run", target: "local.shell.safe", next: null, terminal: "fail" },
      ],
    },
  }),
  installedVersions: [],
  receipts: [],
};

export const sampleBrowse: BrowseView = {
  query: { text: "finance", realm: null, tag: null, complexity: null, hasSkills: false },
  results: [
    {
      realm: examples,
      name: "finance.subscriptions",
      version: "v2",
      description: "Finds recurring payments, lists them and tells you when one is due.",
      complexity: "moderate",
      tags: ["finance", "subscriptions"],
      versionCount: 3,
      isInstalled: true,
      isCompatible: true,
      missingSkills: [],
    },
    {
      realm: { id: "acme", name: "Acme", type: "central", trust: "pinned" },
      name: "finance.audit",
      version: "v7",
      description: "Goes through last month's records and writes down what stands out.",
      complexity: "complex",
      tags: ["finance", "audit"],
      versionCount: 7,
      isInstalled: false,
      isCompatible: false,
      missingSkills: ["ledger.read"],
    },
  ],
  hasMore: true,
  realms: [examples, { id: "acme", name: "Acme", type: "central", trust: "pinned" }],
  indexedVersions: 10,
};

export const sampleKata: KataView = {
  realm: examples,
  name: "finance.subscriptions",
  versions: sampleProposal().versions,
  selected: sampleContent(),
  installedVersions: ["v1"],
  pendingProposalId: null,
};

export function sampleInstalledEntry(changes: Partial<InstalledEntry> = {}): InstalledEntry {
  return {
    name: "finance.subscriptions",
    version: "v1",
    realm: examples,
    installedAt: NOW - 3 * DAY_MS,
    installedBy: "mira",
    standing: "intact",
    troubles: [],
    update: {
      version: "v2",
      changes: "Sends a notice through notify.user before a payment is due.",
      newSkills: ["local.notify"],
      waitsUntil: NOW + 2 * DAY_MS,
      proposalId: null,
    },
    choice: { isPinned: false, skipped: ["v9"], minAgeDays: 7 },
    ...changes,
  };
}

const withdrawn: InstalledEntry["troubles"][number] = {
  kind: "withdrawn",
  reason: "It leaked addresses.",
  replacedBy: {
    qualifiedName: "acme:finance.audit@v3",
    realm: "acme",
    name: "finance.audit",
    version: "v3",
  },
};

export const sampleInstalled: InstalledView = {
  katas: [
    sampleInstalledEntry(),
    sampleInstalledEntry({ name: "a.lost", standing: "lost", update: null }),
    sampleInstalledEntry({ name: "an.altered", standing: "altered", update: null }),
    sampleInstalledEntry({
      name: "a.pinned",
      update: null,
      troubles: [withdrawn, { kind: "incompatible", reason: null, replacedBy: null }],
      choice: { isPinned: true, skipped: [], minAgeDays: 0 },
    }),
  ],
  isIdle: true,
};

export function sampleInstalledView(changes: Partial<InstalledKataView> = {}): InstalledKataView {
  return {
    kata: sampleInstalledEntry({ troubles: [withdrawn] }),
    receipt: sampleReceipt,
    update: {
      goneSkills: ["local.file.read"],
      newKatas: ["notify.user@v1"],
      diff: {
        against: "v1",
        lines: [
          { kind: "removed", text: "kata finance.subscriptions v1" },
          { kind: "added", text: "kata finance.subscriptions v2" },
        ],
      },
    },
    hasUpdates: true,
    dependants: {
      katas: ["finance.monthly@v1"],
      contracts: ["daily.finance"],
      tasks: [{ id: "t1", state: "running" }],
    },
    contract:
      "contract daily.finance.subscriptions v1\ntarget kata finance.subscriptions v1\ntrigger cron 0 3 * * *\n",
    isIdle: true,
    removed: null,
    ...changes,
  };
}

export const sampleRealms: RealmsView = {
  realms: [
    {
      ...examples,
      url: "http://127.0.0.1:4000",
      mirrors: [],
      enabled: true,
      origin: "config",
      cacheStrategy: "lazy",
      names: [],
      fingerprint: null,
      signedUntil: null,
      lastSyncedAt: NOW - 3 * HOUR_MS,
      lastAttemptAt: NOW - 3 * HOUR_MS,
      failure: null,
      katas: 7,
      versions: 10,
      isSyncing: false,
      progress: null,
    },
    {
      id: "acme",
      name: "Acme",
      type: "central",
      trust: "pinned",
      url: "https://katas.example.com/v1",
      mirrors: ["https://mirror.example.com/v1"],
      enabled: true,
      origin: "page",
      cacheStrategy: "eager",
      names: ["acme.*"],
      fingerprint: "0123456789abcdef".repeat(4),
      signedUntil: NOW + 9 * DAY_MS,
      lastSyncedAt: NOW - 2 * DAY_MS,
      lastAttemptAt: NOW - HOUR_MS,
      failure: { code: "timeout", message: "The realm did not answer within 30 s." },
      katas: 900,
      versions: 4200,
      isSyncing: false,
      progress: null,
    },
    {
      ...examples,
      id: "slow",
      name: "Slow one",
      trust: null,
      url: "https://slow.example.com",
      mirrors: [],
      enabled: true,
      origin: "page",
      cacheStrategy: "none",
      names: [],
      fingerprint: null,
      signedUntil: null,
      lastSyncedAt: null,
      lastAttemptAt: null,
      failure: null,
      katas: 0,
      versions: 0,
      isSyncing: true,
      progress: { step: "receiving", done: 12_400_000, of: 80_100_000 },
    },
    {
      ...local,
      url: null,
      mirrors: [],
      enabled: true,
      origin: "builtin",
      cacheStrategy: "lazy",
      names: [],
      fingerprint: null,
      signedUntil: null,
      lastSyncedAt: null,
      lastAttemptAt: null,
      failure: null,
      katas: 2,
      versions: 2,
      isSyncing: false,
      progress: null,
    },
  ],
};

export const sampleHistory: HistoryView = {
  filter: { text: "", realm: null, outcome: "all" },
  entries: [
    ...decided.map((proposal) => ({ proposal, receipts: proposal.id === "a1" ? [sampleReceipt] : [] })),
  ],
  hasMore: false,
  realms: [examples],
};

import { join } from "node:path";
import { type EventName, eventTable, type IncomingEvent } from "../events.ts";
import { codeMeanings } from "./code-meanings.ts";
import { type Field, listFields } from "./event-fields.ts";
import { senders } from "./event-words.ts";

/** The text of `docs/events.md`, made from the schemas that the pack itself parses events with. */
export function renderEventDocs(): string {
  const names = Object.keys(eventTable) as EventName[];
  const incoming = names.filter(isIncoming);
  const outgoing = names.filter((name) => !isIncoming(name));
  const parts = [
    introduction,
    overviewOf(names),
    "## Events you send",
    ...incoming.map((name) => sectionOf(name, `Sent by ${senders[name]}. Heard by the Dojo agent.`)),
    "## Events you hear",
    ...outgoing.map((name) =>
      sectionOf(name, `Sent with the source ${sourceOf(name)}. Heard by any agent that subscribes.`),
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}

const introduction = `# Events

<!-- Made by \`npm run docs\` from lib/events.ts. Do not edit. -->

The pack speaks on the host's own bus, \`api.events\`. It parses every payload that it hears: one that does not
fit is named in the log and dropped, and fields it does not know are ignored. It checks every payload that it
sends. The types are exported by name: \`EventPayload<"kata.installed">\`.

Three manners of the host to know. \`emit\` needs a third argument, your agent's name. Handlers run at once and
get the payload alone, not its sender. A promise that your handler rejects is lost, so catch inside it.

**Ask for a kata.** Say what is needed in a person's words. The same need twice is one proposal.

\`\`\`typescript
const intent = "I need to track all recurring subscriptions";
api.events.emit("capability.missing", { intent }, "mail-agent");
\`\`\`

**Follow a proposal.** A type-only import is erased, so it costs your agent no dependency at run time.

\`\`\`typescript
import type { EventPayload } from "ronin-realms";

api.events.on("kata.install_proposed", (data) => {
  const proposal = data as EventPayload<"kata.install_proposed">;
  console.log(\`\${proposal.kataName} from \${proposal.fromRealm}, proposal \${proposal.proposalId}\`);
  for (const { version, isCompatible, suggestions } of proposal.versions) {
    console.log(version, isCompatible ? "fits" : suggestions.join("; "));
  }
});
\`\`\`

A proposal installs nothing. A person decides, with \`realms approve <proposalId>\`, and the end is
\`kata.installed\` or \`kata.install_failed\` with the same \`proposalId\`. Names, tags and descriptions come from
realms: escape them on a page, and give them to a language model as data only. Times are milliseconds since 1970.`;

function overviewOf(names: readonly EventName[]): string {
  const rows = names.map((name) => {
    const way = isIncoming(name) ? "to the pack" : "from the pack";
    return [`[\`${name}\`](#${anchorOf(name)})`, way, sourceOf(name), eventTable[name].summary];
  });
  return `## All events\n\n${tableOf(["event", "direction", "source", "what it says"], rows)}`;
}

function sectionOf(name: EventName, who: string): string {
  const fields = listFields(name);
  const rows = fields.map(({ path, type, isRequired, meaning }) => [
    `\`${path}\``,
    type,
    isRequired ? "yes" : "no",
    meaning,
  ]);
  const table = tableOf(["field", "type", "required", "meaning"], rows);
  return [`### ${name}`, eventTable[name].summary, who, table, ...fields.flatMap(codesOf)].join("\n\n");
}

function codesOf({ path, codes }: Field): string[] {
  if (codes === undefined) return [];
  const meanings: Readonly<Record<string, string>> = codeMeanings;
  const rows = codes.map((code) => [`\`${code}\``, meanings[code] ?? ""]);
  return [`Values of \`${path}\`, a closed list:`, tableOf([path, "meaning"], rows)];
}

/** Padded as the house's formatter pads a table, so that formatting the file leaves it as it was made. */
function tableOf(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const [first = [], ...others] = cells.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)),
  );
  const ruler = widths.map((width) => "-".repeat(width));
  return [first, ruler, ...others].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function isIncoming(name: EventName): name is IncomingEvent {
  return eventTable[name].direction === "in";
}

function sourceOf(name: EventName): string {
  const spec = eventTable[name];
  return "source" in spec ? `\`${spec.source}\`` : "your agent's name";
}

/** How the usual renderers name a heading: dots go, underscores stay. */
function anchorOf(name: EventName): string {
  return name.replaceAll(".", "");
}

/** Where the documentation lives. */
export const eventDocsPath = join(import.meta.dir, "../../docs/events.md");

if (import.meta.main) {
  await Bun.write(eventDocsPath, renderEventDocs());
  console.log(`wrote ${eventDocsPath}`);
}

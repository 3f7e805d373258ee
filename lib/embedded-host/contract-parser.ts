/** What a contract file says: which version of which kata is to run, and when. */
export interface ContractDefinition {
  name: string;
  version: string;
  targetKata: string;
  /** `v1` where the file names none. */
  targetKataVersion: string;
  triggerType: "manual" | "cron" | "event" | "webhook";
  /** The expression, event type or path behind the trigger's word; not checked. */
  triggerConfig: Record<string, string>;
}

type Trigger = Pick<ContractDefinition, "triggerType" | "triggerConfig">;

const configKeys = { cron: "expression", event: "eventType", webhook: "path" } as const;

/**
 * Reads a contract file as Ronin 1.1.1 does when it starts: one statement a line, in any order behind the header;
 * a line that says nothing known is passed over, and so is every `{ … }` block. There as here nothing fires by it.
 */
export class ContractParser {
  /** @throws Error when the header or the target is missing */
  parse(source: string): ContractDefinition {
    const [header, ...rest] = source.split("\n").filter(isStatement);
    const lines = rest.map((line) => line.trim());
    const [, name, version] = /^contract\s+(\S+)\s+(v\d+)\s*$/.exec(header ?? "") ?? [];
    if (name === undefined || version === undefined) throw new Error("Expected: contract <name> <version>");
    let target: [name: string, version: string] | undefined;
    let trigger: Trigger = { triggerType: "manual", triggerConfig: { type: "manual" } };
    for (const line of withoutBlocks(lines)) {
      const [, kata, kataVersion = "v1"] = /^target kata\s+(\S+)(?:\s+(v\d+))?$/.exec(line) ?? [];
      if (kata !== undefined) target = [kata, kataVersion];
      trigger = readTrigger(line) ?? trigger;
    }
    if (target === undefined) throw new Error("target kata is required");
    const [targetKata, targetKataVersion] = target;
    return { name, version, targetKata, targetKataVersion, ...trigger };
  }
}

function isStatement(line: string): boolean {
  return /^\s*[^\s#]/.test(line);
}

function withoutBlocks(lines: readonly string[]): string[] {
  let isInside = false;
  return lines.filter((line) => {
    const wasInside = isInside;
    isInside = wasInside ? line !== "}" : /^(?:parameters|on_failure) \{/.test(line);
    return !wasInside && !isInside;
  });
}

function readTrigger(line: string): Trigger | undefined {
  const [, word, value = ""] = /^trigger\s+(cron|event|webhook)\s+(.+)$/.exec(line) ?? [];
  if (word !== "cron" && word !== "event" && word !== "webhook") return undefined;
  return { triggerType: word, triggerConfig: { type: word, [configKeys[word]]: unquote(value) } };
}

function unquote(value: string): string {
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}

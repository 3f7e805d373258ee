/** One line of a table in `docs/security.md`: what is tried, what it is answered with, and which test says so. */
export interface Claim {
  heading: string;
  clause: string;
  /** Codes that the test's file must speak of. */
  codes: string[];
  /** From the project's root. */
  file: string;
  title: string;
}

/**
 * The claims of every table whose last two columns are a linked test file and a test's title.
 *
 * @throws Error for a line of such a table that cannot be read: it would be a claim that nobody checks
 */
export function readClaims(markdown: string): Claim[] {
  const claims: Claim[] = [];
  let heading = "";
  let clause = "";
  let codes: string[] = [];
  let isTable = false;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("#")) heading = line.replace(/^#+ /, "");
    if (!line.startsWith("|")) {
      isTable = false;
      continue;
    }
    const cells = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    if (cells[2] === "file" && cells[3] === "test") {
      isTable = true;
      continue;
    }
    if (!isTable || cells.every((cell) => /^-+$/.test(cell))) continue;
    const [first = "", answer = "", link = "", test = ""] = cells;
    if (first !== "") {
      clause = first;
      codes = [...answer.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code);
    }
    const [, file] = /\]\(\.\.\/(test\/\S+\.test\.ts)\)$/.exec(link) ?? [];
    const [, title] = /^`([^`]+)`$/.exec(test) ?? [];
    if (file === undefined || title === undefined || clause === "") {
      throw new Error(`${heading}: the line ${JSON.stringify(line)} names no test`);
    }
    claims.push({ heading, clause, codes: first === "" ? [] : codes, file, title });
  }
  return claims;
}

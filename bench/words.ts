/** What the synthetic katas are named after: 30 domains, 25 verbs, 30 objects. */
export const domains = list(
  "finance health travel garden kitchen music photo video mail calendar notes weather sports school " +
    "energy library museum traffic harbor airport market forest ocean climate robot network storage backup " +
    "security payroll",
);
export const verbs = list(
  "audit track collect compare convert summarize translate archive publish watch merge split clean export " +
    "import verify schedule forecast monitor classify extract measure rename repair report",
);
export const objects = list(
  "invoices receipts contracts recipes pictures letters meetings measurements tickets bookings passports " +
    "orders parcels sensors devices accounts budgets articles chapters playlists samples documents " +
    "subscriptions warranties allergies vehicles licences folders journals questions",
);

/** Filling of descriptions. No query asks for one of these. */
export const fillers = list(
  "every morning quietly before lunch with care and tells whoever needs it most after that nothing happens",
);

const syllables = list("ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu");
const RARE_LETTERS = 3;

/** A made-up word of three syllables such as `bakilo`, a different one for each number below 8,000. */
export function rareWord(number: number): string {
  let rest = number;
  let word = "";
  for (let at = 0; at < RARE_LETTERS; at++) {
    word += syllables[rest % syllables.length];
    rest = Math.floor(rest / syllables.length);
  }
  return word;
}

export const RARE_WORDS = 2500;

function list(words: string): readonly string[] {
  return words.split(" ");
}

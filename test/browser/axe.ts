import axe from "axe-core";
import type { Page } from "playwright-core";

interface Violation {
  id: string;
  nodes: Array<{ html: string; failureSummary?: string }>;
}

/** How a page is opened for this: colours on their way from one theme to the other have no contrast of their own. */
export const still = { reducedMotion: "reduce" } as const;
const themes = ["light", "dark"] as const;

/** What axe finds in either theme, in words that lead to the place. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    const { violations } = (await page.evaluate("axe.run()")) as { violations: Violation[] };
    for (const { id, nodes } of violations) {
      for (const { html, failureSummary = "" } of nodes) {
        found.push(`${colorScheme}: ${id}: ${html.slice(0, 200)} ${failureSummary}`);
      }
    }
  }
  return found;
}

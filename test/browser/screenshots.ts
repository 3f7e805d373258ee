/*
 * npm run screenshots: the pictures of the README, taken from a host with the built pack and the demo's katas.
 * Run it after a change of the page's look, and look at what it made.
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { projectRoot } from "../../lib/build/build.ts";
import { findChromium, launchChromium } from "./chromium.ts";
import { serveSignedExamples } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

const folder = join(projectRoot, "docs/images");
const executablePath = findChromium();
if (executablePath === undefined) throw new Error("no chromium on the PATH: apt-get install chromium");

const realm = await serveSignedExamples();
const world = await startWorld([{ id: "examples", name: "Example katas", ...realm }]);
const browser = await launchChromium(executablePath);
try {
  mkdirSync(folder, { recursive: true });
  await world.sync();
  await takeAll(world, browser);
} finally {
  await browser.close();
  await world.stop();
}
process.exit(0);

async function takeAll({ miss, link, origin }: World, browser: Browser): Promise<void> {
  const page = await (await browser.newContext({ viewport: { width: 1100, height: 780 } })).newPage();
  await page.goto(link());
  const first = await miss("I need to track all recurring subscriptions");
  await page.goto(`${origin}/dojo/proposals/${first}?version=v1`);
  await page.getByRole("button", { name: "Approve v1…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Approve v1" }).click();
  await page.getByText("It is installed.").waitFor();

  const second = await miss("Remind me before recurring payments and subscriptions are due");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${origin}/dojo/proposals/${second}`);
    await take(page, `proposal-${colorScheme}`);
  }

  await page.setViewportSize({ width: 1100, height: 600 });
  await page.goto(`${origin}/dojo/browse?text=month`);
  await take(page, "browse-dark");

  await page.setViewportSize({ width: 360, height: 660 });
  await page.goto(`${origin}/dojo/proposals/${second}`);
  await take(page, "phone-dark");
}

async function take(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: "disabled" });
  console.log(`${path} ${Math.ceil(statSync(path).size / 1024)} KB`);
}

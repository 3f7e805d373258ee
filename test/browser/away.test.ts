import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { describeInBrowser, untilTrue } from "./chromium.ts";
import { exampleSources, serveRealm } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

describeInBrowser("a host that goes away", ({ open }) => {
  let world: World;
  let page: Page;
  beforeAll(async () => {
    const server = await serveRealm("examples", "Example katas", exampleSources());
    world = await startWorld([{ id: "examples", name: "Example katas", server }]);
    await world.sync();
    page = await open();
    await page.goto(world.link());
  }, 60_000);
  afterAll(() => world.stop());

  const banner = () => page.locator("#banner");

  test("is noticed, and the page goes on by itself when it is back", async () => {
    await world.host().kill();
    await banner().getByText("Ronin does not answer. What you see may be old.").waitFor();
    await world.restart();
    await world.miss("I need to track all recurring subscriptions");
    await page.getByText("“I need to track all recurring subscriptions”").waitFor();
    await untilTrue(page, "document.getElementById('banner').textContent === ''");
  }, 60_000);

  test("does not take a decision along: the page says that it is not known, and nothing is installed", async () => {
    await page.getByRole("link", { name: "finance.subscriptions" }).click();
    await page.getByRole("button", { name: "Approve v2…" }).click();
    await world.host().kill();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Approve v2" }).click();
    await dialog.getByText("it is not known whether this arrived").waitFor();
    await world.restart();
    await dialog.getByRole("button", { name: "Approve v2" }).click();
    await page.getByText("It is installed.").waitFor();
  }, 60_000);

  test("whose database is held by another program says so, and shows the page when it is free", async () => {
    const holder = new Database(world.databasePath, { strict: true });
    // The host may be writing at this very moment.
    holder.run("PRAGMA busy_timeout = 10000");
    holder.run("BEGIN EXCLUSIVE");
    try {
      await page.goto(`${world.origin}/dojo`);
      await page.getByRole("heading", { name: "The database is busy" }).waitFor();
    } finally {
      holder.run("ROLLBACK");
      holder.close();
    }
    await page.getByRole("heading", { name: "Proposals" }).waitFor();
    expect(page.url()).toBe(`${world.origin}/dojo`);
  }, 60_000);
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { findViolations, still } from "./axe.ts";
import { describeInBrowser } from "./chromium.ts";
import { isFocused, tabTo } from "./keyboard.ts";
import { serveSignedExamples } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

describeInBrowser("a signed realm", ({ open }) => {
  let world: World;
  let page: Page;
  beforeAll(async () => {
    world = await startWorld([{ id: "examples", name: "Example katas", ...(await serveSignedExamples()) }]);
    await world.sync();
    page = await open(still);
    await page.goto(world.link());
  }, 60_000);
  afterAll(() => world.stop());

  const receipts = async () => {
    const sql = "SELECT kata_name AS name, trust FROM kata_install_receipts";
    return (await world.host().ask({ kind: "query", sql })).rows;
  };

  test("that is pinned and in time asks for nothing more than a yes", async () => {
    const id = await world.miss("I want my notes copied between two folders");
    await page.goto(`${world.origin}/dojo/proposals/${id}`);
    await page.getByText("signed", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Approve v1…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.getByRole("checkbox").count()).toBe(0);
    await dialog.getByRole("button", { name: "Cancel" }).click();
  }, 60_000);

  test("whose signatures have expired installs nothing before a person accepts that, all by keyboard", async () => {
    const id = await world.miss("I need to track all recurring subscriptions");
    world.edit("UPDATE realm_trust SET expires_at = 1");
    await page.goto(`${world.origin}/dojo/proposals/${id}`);
    await page.getByText("signatures expired", { exact: true }).first().waitFor();
    await tabTo(page, "[data-opens=approve]");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("I accept that for this one install.").waitFor();
    expect(await findViolations(page)).toEqual([]);

    await tabTo(page, "dialog[open] button.primary");
    await page.keyboard.press("Enter");
    // The box that has to be ticked has the focus now, and nothing was sent.
    expect(await isFocused(page, "dialog[open] input[name=acceptStale]")).toBe(true);
    expect(await receipts()).toEqual([]);

    await page.keyboard.press("Space");
    await tabTo(page, "dialog[open] button.primary");
    await page.keyboard.press("Enter");
    await page.getByText("It is installed.").waitFor();
    expect(await receipts()).toContainEqual({ name: "finance.subscriptions", trust: "stale" });
  }, 60_000);
});

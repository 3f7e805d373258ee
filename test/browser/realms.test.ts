import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { manyDrafts, pathOf, TestPackedRealm } from "../support/packed-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { until } from "../sync/fixtures.ts";
import { describeInBrowser, untilTrue } from "./chromium.ts";
import { isFocused, tabTo } from "./keyboard.ts";
import { exampleSources, serveRealm } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

describeInBrowser("realms", ({ open }) => {
  let world: World;
  let page: Page;
  let server: RealmServer;
  beforeAll(async () => {
    server = await serveRealm("team", "Team", exampleSources());
    world = await startWorld([]);
    page = await open();
    await page.goto(world.link());
    await page.goto(`${world.origin}/dojo/realms`);
  }, 60_000);
  afterAll(async () => {
    await world.stop();
    await server.stop();
  });

  const team = () => page.getByRole("region", { name: /^Team/ });

  test("are added in two steps by keyboard: what the realm is comes before trusting it", async () => {
    await page.getByText("No realm is followed").waitFor();
    await tabTo(page, "[data-opens=add]");
    await page.keyboard.press("Enter");
    await tabTo(page, "input[name=url]");
    await page.keyboard.type(server.url);
    await tabTo(page, "input[name=id]");
    await page.keyboard.type("team");
    await tabTo(page, "input[name=name]");
    await page.keyboard.type("Team");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Trust Team?" });
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain("It is not signed.");
    expect(await team().count()).toBe(0);

    await tabTo(page, "dialog[open] button.primary");
    await page.keyboard.press("Enter");
    expect(await isFocused(page, "input[type=checkbox]")).toBe(true);
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await team().getByText("not signed").waitFor();
  }, 60_000);

  test("are synced on demand, with the end of it shown by itself", async () => {
    // A new realm is synced at once.
    await team().getByText("7 katas in 10 versions").waitFor();
    server.requests.length = 0;
    await team().getByRole("button", { name: "Sync now" }).click();
    await page.locator("#said", { hasText: "Syncing Team." }).waitFor({ state: "attached" });
    // That it is in sync stood there before, too.
    await until(() => server.requests.some(({ path }) => path === "/realm.json"), 15_000);
    await team().getByText("in sync").waitFor();
    await team().getByText("synced just now").waitFor();
  }, 60_000);

  test("that cannot be reached say so, and what was known stays", async () => {
    server.misbehave("*", { kind: "status", status: 500 });
    await team().getByRole("button", { name: "Sync now" }).click();
    await team().getByText("The last sync").waitFor();
    expect(await team().innerText()).toMatch(/failed:[\s\S]*http_status[\s\S]*7 katas in 10 versions/);
    server.misbehave("*", undefined);
  }, 60_000);

  test("are disabled, enabled, and removed after a question, all by keyboard", async () => {
    const press = async (selector: string): Promise<void> => {
      await tabTo(page, selector);
      await page.keyboard.press("Enter");
    };
    await press("#disable-team");
    await team().getByText("disabled", { exact: true }).waitFor();
    await press("#enable-team");
    await team().getByRole("button", { name: "Disable" }).waitFor();
    await press("#open-remove-team");
    await press("dialog[open] [data-closes]");
    expect(await isFocused(page, "#open-remove-team")).toBe(true);
    await page.keyboard.press("Enter");
    await press("dialog[open] button.danger");
    await page.getByText("No realm is followed").waitFor();
  }, 60_000);

  test("that are signed show the fingerprint, in groups to compare, before they are trusted", async () => {
    const root = '{"signed":{}}';
    server.set("metadata/1.root.json", root);
    await page.getByRole("button", { name: "Add a realm…" }).click();
    await page.getByLabel("Address").fill(server.url);
    await page.getByLabel("Short id").fill("signed");
    await page.getByRole("button", { name: "Ask it" }).click();
    const dialog = page.getByRole("dialog", { name: "Trust signed?" });
    const groups = sha256Hex(root).match(/.{4}/g) ?? [];
    await dialog.getByText(groups.join(" ")).waitFor();
    expect(await dialog.innerText()).not.toContain("not signed");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await page.getByRole("region", { name: /^signed/ }).count()).toBe(0);
    server.remove("metadata/1.root.json");
  }, 60_000);

  test("show how far their sync is while it goes on", async () => {
    const slow = await startRealmServer();
    const { base } = new TestPackedRealm({ id: "slow" }).publish(...manyDrafts(1000)).serve(slow);
    const path = pathOf(base[0] ?? { sha256: "" });
    slow.misbehave(path, { kind: "drip", everyMs: 50, bytesAtOnce: 1500 });
    await page.getByRole("button", { name: "Add a realm…" }).click();
    await page.getByLabel("Address").fill(slow.url);
    await page.getByLabel("Short id").fill("slow");
    await page.getByRole("button", { name: "Ask it" }).click();
    const dialog = page.getByRole("dialog", { name: "Trust slow?" });
    await dialog.getByRole("checkbox").check();
    await dialog.getByRole("button", { name: "Add this realm" }).click();
    const region = page.getByRole("region", { name: /^slow/ });
    const progress = region.getByText(/^Syncing: receiving [\d.]+ KB of [\d.]+ KB/);
    await progress.waitFor();
    const said = await progress.textContent();
    // Read again by itself, and nothing but that part.
    await untilTrue(
      page,
      `document.getElementById("progress-slow")?.textContent !== ${JSON.stringify(said)}`,
    );
    await region.getByText("1,000 katas in 1,000 versions").waitFor();
    await region.getByText("in sync").waitFor();
    await slow.stop();
  }, 60_000);

  test("under a taken or wrong id are refused in words", async () => {
    await page.getByRole("button", { name: "Add a realm…" }).click();
    await page.getByLabel("Address").fill(server.url);
    await page.getByLabel("Short id").fill("local");
    await page.getByRole("button", { name: "Ask it" }).click();
    await page.getByRole("alert").filter({ hasText: "there is a realm local already" }).waitFor();
    await page.keyboard.press("Escape");
  }, 60_000);
});

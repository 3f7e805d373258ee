import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { approve } from "./approve.ts";
import { describeInBrowser } from "./chromium.ts";
import { isFocused, tabTo } from "./keyboard.ts";
import { exampleSources, hostileSource, hostileText, serveRealm } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

describeInBrowser("what is installed", ({ open }) => {
  let world: World;
  let page: Page;
  beforeAll(async () => {
    const server = await serveRealm("examples", "Example katas", [...exampleSources(), hostileSource]);
    world = await startWorld([{ id: "examples", name: "Example katas", server }]);
    await world.sync();
    page = await open();
    await page.goto(world.link());
  }, 60_000);
  afterAll(() => world.stop());

  const registered = async (): Promise<unknown[] | undefined> =>
    (
      await world.host().ask({
        kind: "query",
        sql: "SELECT name || '@' || version AS kata FROM kata_definitions ORDER BY 1",
      })
    ).rows;
  const press = async (selector: string, key = "Enter"): Promise<void> => {
    await tabTo(page, selector);
    await page.keyboard.press(key);
  };

  test("starts with a new kata: its source is read and approved, all by keyboard", async () => {
    await page.goto(`${world.origin}/dojo/installed`);
    await page.getByText("Nothing is installed").waitFor();
    const id = await world.miss("juggle seventeen zebras");
    await page.goto(`${world.origin}/dojo`);
    await press(`a[href="/dojo/proposals/${id}"]`);
    await page.getByText("No realm has one for this need").waitFor();
    const name = await page.getByRole("heading", { level: 1 }).textContent();
    expect(await page.locator(".source").textContent()).toContain(`kata ${name} v1`);
    expect(await page.locator(".graph").isVisible()).toBe(true);
    expect(await page.locator(".skills > li").count()).toBeGreaterThan(0);
    await press("[data-opens=approve]");
    await press("dialog[open] button.primary");
    await page.getByText("It is installed.").waitFor();
    expect(await registered()).toEqual([{ kata: `${name}@v1` }]);

    await press(`a[href="/dojo/installed/${name}/v1"]`);
    await page.getByRole("heading", { name: "Contract" }).waitFor();
    // A kata of this Ronin's own has no realm that could offer another version.
    expect(await page.getByRole("heading", { name: "Updates" }).count()).toBe(0);
    await press("[data-opens=uninstall]");
    await press("dialog[open] button.danger");
    await page.getByText("took it out").waitFor();
    expect(await registered()).toEqual([]);
  }, 60_000);

  test("offers its contract to copy and to save, and says that nothing fires yet", async () => {
    await approve(page, world, {
      id: await world.miss("I need to track all recurring subscriptions"),
      version: "v1",
    });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    for (const path of ["/installed", "/installed/finance.subscriptions/v1"]) {
      const response = await page.goto(`${world.origin}/dojo${path}`);
      expect((await response?.body())?.byteLength).toBeLessThan(100_000);
    }
    const text = await page.locator("#contract").textContent();
    expect(text).toContain("target kata finance.subscriptions v1");
    await press("[data-copies]");
    await page.locator("#said", { hasText: "Copied." }).waitFor({ state: "attached" });
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(text);
    const download = page.waitForEvent("download");
    await press("a[download]");
    expect((await download).suggestedFilename()).toBe("daily.finance.subscriptions.contract");
    expect(await page.locator("main").textContent()).toContain("registers katas and reads contracts");
  }, 60_000);

  test("is pinned, held back and skipped by keyboard, and the focus stays where it was", async () => {
    await page.goto(`${world.origin}/dojo/installed/finance.subscriptions/v1`);
    await press("#pin");
    await page.getByRole("button", { name: "Unpin" }).waitFor();
    expect(await isFocused(page, "#pin")).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText("v2 is out").waitFor();
    await tabTo(page, "input[name=days]");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    await page.getByText("Your cool-down holds it back").waitFor();
    await tabTo(page, "#skip-v2");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing newer is known").waitFor();
    await page.getByRole("button", { name: "Do not skip v2" }).waitFor();
    expect(await isFocused(page, "#skip-v2")).toBe(true);
  }, 60_000);

  test("that Ronin has lost is put back", async () => {
    await world.host().ask({ kind: "query", sql: "DELETE FROM kata_definitions" });
    await page.goto(`${world.origin}/dojo/installed`);
    await page.getByText("Ronin has lost 1 kata that you approved.").waitFor();
    await press("form[data-posts='/dojo/api/restore'] button");
    await page.getByText("in place").waitFor();
    expect(await registered()).toEqual([{ kata: "finance.subscriptions@v1" }]);
  }, 60_000);

  test("is text, whatever a realm or the host's own tables say", async () => {
    await approve(page, world, { id: await world.miss("dig the hostile garden"), version: "v1" });
    const shown = hostileText.replaceAll("'", "''");
    for (const sql of [
      "CREATE TABLE IF NOT EXISTS tasks (id TEXT, state TEXT, kata_name TEXT, kata_version TEXT)",
      `INSERT INTO tasks VALUES ('${shown}', 'running', 'hostile.garden', 'v1')`,
    ]) {
      await world.host().ask({ kind: "query", sql });
    }
    for (const path of ["/installed", "/installed/hostile.garden/v1"]) {
      await page.goto(`${world.origin}/dojo${path}`);
      await page.getByText("hostile.garden").first().waitFor();
      for (const summary of await page.locator("main summary").all()) await summary.click();
      expect(await page.title()).not.toContain("owned");
      expect(await page.locator("main img, main script, main svg[onload]").count()).toBe(0);
    }
    await page.locator("[data-opens=uninstall]").click();
    expect(await page.getByRole("dialog").textContent()).toContain(hostileText);
  }, 60_000);
});

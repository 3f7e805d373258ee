import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { describeInBrowser, untilTrue } from "./chromium.ts";
import { isFocused, tabTo } from "./keyboard.ts";
import { exampleSources, serveRealm } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

describeInBrowser("a proposal", ({ open }) => {
  let world: World;
  let page: Page;
  beforeAll(async () => {
    const server = await serveRealm("examples", "Example katas", exampleSources());
    world = await startWorld([{ id: "examples", name: "Example katas", server }]);
    await world.sync();
    page = await open();
  }, 60_000);
  afterAll(() => world.stop());

  const installed = async (): Promise<unknown[] | undefined> =>
    (
      await world.host().ask({
        kind: "query",
        sql: "SELECT kata_name AS name, kata_version AS version FROM kata_install_receipts ORDER BY name",
      })
    ).rows;

  test("appears by itself, is read, decided and installed, all by keyboard", async () => {
    await page.goto(world.link());
    expect(page.url()).toBe(`${world.origin}/dojo`);
    await page.getByText("Nothing waits for you").waitFor();

    const id = await world.miss("I need to track all recurring subscriptions");
    await page.getByText("“I need to track all recurring subscriptions”").waitFor();
    expect(await page.locator("#pending").textContent()).toBe("1 waiting");

    await tabTo(page, `a[href="/dojo/proposals/${id}"]`);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "finance.subscriptions", level: 1 }).waitFor();
    const newest = page.getByRole("radio", { name: /^v3/ });
    expect(await page.locator("label.cannot").textContent()).toContain("Upgrade Ronin to 2.0.0 or higher");
    expect(await newest.isChecked()).toBe(false);
    expect(await page.getByRole("button", { name: "Approve v2…" }).isVisible()).toBe(true);

    // An older version, by the arrow keys of any list to choose from.
    await tabTo(page, "input[name=version]:checked");
    await page.keyboard.press("ArrowDown");
    await page.getByRole("button", { name: "Approve v1…" }).waitFor();
    expect(page.url()).toEndWith("version=v1");
    expect(await isFocused(page, "input[value=v1]")).toBe(true);

    await tabTo(page, "[data-opens=approve]");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.getByRole("heading").textContent()).toBe(
      "Install examples:finance.subscriptions@v1?",
    );
    await page.keyboard.press("Escape");
    expect(await isFocused(page, "[data-opens=approve]")).toBe(true);
    expect(await installed()).toEqual([]);

    await page.keyboard.press("Enter");
    await tabTo(page, "dialog button.primary");
    await page.keyboard.press("Enter");
    await page.getByText("It is installed.").waitFor();
    // The button that had the focus is gone; it goes to the page's main part once that is read.
    await untilTrue(page, "document.activeElement !== document.body");
    expect(await installed()).toEqual([{ name: "finance.subscriptions", version: "v1" }]);

    await page.keyboard.press("Home");
    await page.evaluate("document.activeElement.blur()");
    await tabTo(page, "nav a[href='/dojo/history']");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "History" }).waitFor();
    await tabTo(page, "summary");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("article").filter({ hasText: "v1" }).textContent()).toMatch(
      /installed[\s\S]*Checksum\s*verified/,
    );
  }, 60_000);

  test("shows what changed since the version that is installed", async () => {
    // The newer version was passed over, so nobody is asked about it again, and it stands where one looks for it.
    await tabTo(page, "nav a[href='/dojo/installed']");
    await page.keyboard.press("Enter");
    await page.getByText("v2 is out").waitFor();
    await tabTo(page, "a[href='/dojo/installed/finance.subscriptions/v1']");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Look at v2…" }).waitFor();
    expect(await page.locator("#pending").getAttribute("data-count")).toBe("0");
    await tabTo(page, "button.primary");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "What changed since v1, which you have" }).waitFor();
    expect(await page.locator(".diff ins").allTextContents()).toContain(
      "  spawn kata notify.user v1 -> sent",
    );
    expect(await page.locator(".plan, .steps").textContent()).toContain("examples:notify.user@v1");
  }, 60_000);

  test("is rejected with a reason, and not without one", async () => {
    const reject = page.getByRole("button", { name: "Reject…" });
    await tabTo(page, "[data-opens=reject]");
    await page.keyboard.press("Enter");
    await tabTo(page, "dialog[open] button.danger");
    await page.keyboard.press("Enter");
    // The field that is missing has the focus now.
    expect(await isFocused(page, "dialog[open] textarea")).toBe(true);
    await page.keyboard.type("not needed any more");
    await tabTo(page, "dialog[open] button.danger");
    await page.keyboard.press("Enter");
    await page.getByText("Reason: not needed any more").waitFor();
    expect(await reject.isVisible()).toBe(false);
    expect(await installed()).toEqual([{ name: "finance.subscriptions", version: "v1" }]);
  }, 60_000);

  test("can be read without script, which says how to decide then", async () => {
    await world.miss("I want my notes copied between two folders");
    const reader = await open({ javaScriptEnabled: false });
    await reader.goto(world.link());
    await reader.getByRole("link", { name: "notes.mirror" }).click();
    await reader.getByText("Works on files", { exact: true }).waitFor();
    expect(await reader.locator("noscript .banner").isVisible()).toBe(true);
    await reader.getByRole("button", { name: "Show this version" }).click();
    expect(reader.url()).toEndWith("?version=v1");
  }, 60_000);
});

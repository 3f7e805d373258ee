import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { describeInBrowser } from "./chromium.ts";
import { tabTo } from "./keyboard.ts";
import { exampleSources, hostileSource, hostileText, serveRealm } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

describeInBrowser("browsing", ({ open }) => {
  let world: World;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    const examples = await serveRealm("examples", "Example katas", exampleSources());
    const hostile = await serveRealm("hostile", "<b>Hostile</b>", [hostileSource]);
    world = await startWorld([
      { id: "examples", name: "Example katas", server: examples },
      { id: "hostile", name: `<i>"hostile"</i>`, server: hostile },
    ]);
    await world.sync();
    page = await open();
    page.on("dialog", (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(world.link());
  }, 60_000);
  afterAll(() => world.stop());

  test("finds as one types, keeps the address true, and says how many", async () => {
    await page.goto(`${world.origin}/dojo/browse`);
    await page.getByRole("searchbox").pressSequentially("audit", { delay: 20 });
    // A part of the word finds the same one.
    await page.waitForURL(`${world.origin}/dojo/browse?text=audit`);
    await page.getByText("1 kata found").waitFor();
    expect(await page.getByRole("article").allTextContents()).toEqual([
      expect.stringContaining("finance.audit"),
    ]);
    await page.locator("#said", { hasText: "1 kata found" }).waitFor({ state: "attached" });
    await page.reload();
    expect(await page.getByRole("searchbox").inputValue()).toBe("audit");
  }, 60_000);

  test("narrows by filters, and says what can be done when nothing is left", async () => {
    await page.goto(`${world.origin}/dojo/browse`);
    await page.getByLabel("Complexity").selectOption("complex");
    await page.getByText("1 kata found").waitFor();
    await page.getByLabel("Tag").fill("nowhere");
    await page.getByText("No kata fits these filters").waitFor();
    await page.getByRole("link", { name: "Search without the filters" }).click();
    await page.getByText("finance.audit").waitFor();
  }, 60_000);

  test("leads from a kata to the decision, and from there to the install, all by keyboard", async () => {
    await page.goto(`${world.origin}/dojo/browse`);
    await tabTo(page, "input[type=search]");
    await page.keyboard.type("ping");
    await page.waitForURL(/text=ping$/);
    await page.getByText("1 kata found").waitFor();
    await tabTo(page, "main article a");
    await page.keyboard.press("Enter");
    await page.getByText("Reaches the network", { exact: true }).waitFor();
    await tabTo(page, "main form button");
    await page.keyboard.press("Enter");
    await page.getByText("Asked for by name").waitFor();
    await tabTo(page, "[data-opens=approve]");
    await page.keyboard.press("Enter");
    await tabTo(page, "dialog[open] button.primary");
    await page.keyboard.press("Enter");
    await page.getByText("It is installed.").waitFor();
    await page.goto(`${world.origin}/dojo/katas/examples/ops.ping`);
    await page.getByText("v1 is installed.").waitFor();
  }, 60_000);

  test("shows hostile names, descriptions, tags, authors and needs as text", async () => {
    complaints.length = 0;
    const id = await world.miss(`dig the hostile garden ${hostileText}`);
    for (const path of [
      "",
      `/proposals/${id}`,
      `/proposals/${id}?version=${encodeURIComponent(hostileText)}`,
      "/browse?text=hostile",
      `/browse?text=${encodeURIComponent(hostileText)}`,
      "/katas/hostile/hostile.garden",
      "/realms",
      "/history",
      `/history?text=${encodeURIComponent(hostileText)}`,
    ]) {
      await page.goto(`${world.origin}/dojo${path}`);
      for (const summary of await page.locator("main summary").all()) await summary.click();
      expect({ path, title: await page.title() }).toEqual({ path, title: expect.stringMatching(/ · Dojo$/) });
      const made = page.locator("main :is(img, script, iframe, b > b, i, svg[onload])");
      expect({ path, made: await made.count() }).toEqual({ path, made: 0 });
    }
    await page.goto(`${world.origin}/dojo/proposals/${id}`);
    expect(await page.locator(".lead").textContent()).toBe(hostileText);
    expect(complaints).toEqual([]);
  }, 60_000);
});

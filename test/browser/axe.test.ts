import { afterAll, beforeAll, expect, test } from "bun:test";
import { approve } from "./approve.ts";
import { findViolations, still } from "./axe.ts";
import { describeInBrowser } from "./chromium.ts";
import { exampleSources, hostileSource, serveRealm } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

describeInBrowser("accessibility", ({ open }) => {
  let world: World;
  let paths: Record<string, string>;
  beforeAll(async () => {
    const server = await serveRealm("examples", "Example katas", [...exampleSources(), hostileSource]);
    world = await startWorld([{ id: "examples", name: "Example katas", server }]);
    await world.sync();
    const subscriptions = await world.miss("I need to track all recurring subscriptions");
    const garden = await world.miss("dig the hostile garden");
    const page = await open();
    await page.goto(world.link());
    await approve(page, world, { id: subscriptions, version: "v1" });
    await approve(page, world, { id: garden, version: "v1" });
    paths = {
      proposals: "",
      proposal: `/proposals/${subscriptions}`,
      "a version that does not fit": `/proposals/${subscriptions}?version=v3`,
      "a hostile proposal": `/proposals/${garden}`,
      browse: "/browse?text=finance",
      "no result": "/browse?text=nowhere",
      kata: "/katas/examples/notes.mirror",
      realms: "/realms",
      installed: "/installed",
      "an installed kata": "/installed/finance.subscriptions/v1",
      "a hostile installed kata": "/installed/hostile.garden/v1",
      "a new kata": `/proposals/${await world.miss("juggle seventeen zebras")}`,
      history: "/history",
      "what is not there": "/nowhere",
    };
  }, 60_000);
  afterAll(() => world.stop());

  test("axe finds nothing on any view, in both themes", async () => {
    const page = await open(still);
    await page.goto(`${world.origin}/dojo`);
    expect(["login", await findViolations(page)]).toEqual(["login", []]);
    await page.goto(world.link());
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(`${world.origin}/dojo${path}`);
      for (const summary of await page.locator("main summary").all()) await summary.click();
      expect([name, await findViolations(page)]).toEqual([name, []]);
    }
  }, 120_000);

  test("axe finds nothing in a dialog", async () => {
    const page = await open(still);
    await page.goto(world.link());
    for (const [path, opener] of [
      [paths["a new kata"], "approve"],
      [paths["a new kata"], "reject"],
      [paths["an installed kata"], "uninstall"],
      [paths.realms, "add"],
      [paths.realms, "reset-examples"],
    ]) {
      await page.goto(`${world.origin}/dojo${path}`);
      await page.locator(`[data-opens="${opener}"]`).click();
      expect([opener, await findViolations(page)]).toEqual([opener, []]);
    }
  }, 60_000);

  test("every view fits into the width of a phone", async () => {
    const page = await open({ viewport: { width: 360, height: 740 } });
    await page.goto(world.link());
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(`${world.origin}/dojo${path}`);
      for (const summary of await page.locator("main summary").all()) await summary.click();
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect([name, overflow]).toEqual([name, 0]);
    }
  }, 60_000);
});

import type { Page } from "playwright-core";
import type { World } from "./world.ts";

/** Approves a version on its proposal's page, and waits until it is installed. */
export async function approve(
  page: Page,
  { origin }: Pick<World, "origin">,
  { id, version }: { id: string; version: string },
): Promise<void> {
  await page.goto(`${origin}/dojo/proposals/${id}?version=${version}`);
  await page.getByRole("button", { name: `Approve ${version}…` }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: `Approve ${version}` })
    .click();
  await page.getByText("It is installed.").waitFor();
}

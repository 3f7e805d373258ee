import type { Page } from "playwright-core";

const MAX_TABS = 100;

/** Moves the focus forward with the Tab key until it is on what fits the selector, as somebody without a mouse does. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let pressed = 0; pressed < MAX_TABS; pressed += 1) {
    await page.keyboard.press("Tab");
    if (await isFocused(page, selector)) return;
  }
  throw new Error(`${MAX_TABS} tabs lead to no ${selector}`);
}

export async function isFocused(page: Page, selector: string): Promise<boolean> {
  return await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`);
}

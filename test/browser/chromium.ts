import { afterAll, beforeAll, describe, test } from "bun:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The system's browser. None is downloaded. */
export function findChromium(): string | undefined {
  return names.map((name) => Bun.which(name)).find((path) => path !== null) ?? undefined;
}

export async function launchChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"],
  });
}

export interface Browsing {
  /** A page of its own: no cookie, nothing cached. It is closed with the suite. */
  open(options?: BrowserContextOptions): Promise<Page>;
}

/** Each wait of a test. What takes longer has failed. */
const PATIENCE_MS = 15_000;

/**
 * Tests in a real browser. Without one they are skipped and say so; in CI that is a failure, because nobody would
 * notice there.
 */
export function describeInBrowser(name: string, body: (browsing: Browsing) => void): void {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    const advice = "no chromium on the PATH: apt-get install chromium";
    if (process.env.CI === "true") {
      test(`in a browser: ${name}`, () => {
        throw new Error(`CI needs a browser for these tests; ${advice}`);
      });
      return;
    }
    console.warn(`skipped in a browser: ${name} (${advice})`);
    test.skip(`in a browser: ${name} (${advice})`, () => {});
    return;
  }
  describe(`in a browser: ${name}`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium(executablePath);
    });
    afterAll(() => browser.close());
    body({
      async open(options) {
        const context = await browser.newContext(options);
        context.setDefaultTimeout(PATIENCE_MS);
        return await context.newPage();
      },
    });
  });
}

/**
 * Waits until an expression is true in the page. The page's policy forbids it to evaluate text, so it is asked from
 * outside again and again.
 */
export async function untilTrue(page: Page, expression: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while ((await page.evaluate(expression)) !== true) {
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms for ${expression}`);
    await Bun.sleep(10);
  }
}

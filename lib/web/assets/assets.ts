import type { Assets } from "../view-models.ts";
import { bundled } from "./bundled.ts" with { type: "macro" };

const assets: Assets = { style: bundled("style.css"), script: bundled("browser/app.ts") };

/** The one style and the one script of the page. They ride in each document, so a page is one request. */
export async function loadAssets(): Promise<Assets> {
  return assets;
}

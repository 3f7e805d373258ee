import { followChoices } from "./choices.ts";
import { copyTexts } from "./copies.ts";
import { openDialogs } from "./dialogs.ts";
import { followLive } from "./live.ts";
import { sendForms } from "./posts.ts";
import { rememberRegions } from "./regions.ts";
import { waitUntilReadable } from "./unreadable.ts";

/**
 * What the page does beyond reading. The server makes all markup; this swaps in newer pieces of it, sends
 * decisions, and says aloud what changed.
 */
const notice = document.querySelector("main")?.dataset.notice;
if (notice === undefined) {
  rememberRegions();
  openDialogs();
  copyTexts();
  followChoices();
  sendForms();
  followLive();
} else if (notice === "locked") {
  waitUntilReadable();
}

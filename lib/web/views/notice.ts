import type { Assets, Notice } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { type Content, html } from "./html.ts";
import { toBareDocument } from "./shell.ts";

interface Words {
  heading: string;
  help: Content;
}

const words: Record<Notice["kind"], Words> = {
  login_needed: {
    heading: "This page knows you by a link",
    help: html`Ronin prints it where it was started, and <code>realms page</code> shows it again. Open that link once in this browser.`,
  },
  wrong_token: {
    heading: "This link is not the right one",
    help: html`It may be cut off or from another machine. Take the whole link from where Ronin was started.`,
  },
  too_many_tries: { heading: "Too many tries", help: "Wait a minute, then open the link again." },
  host_refused: {
    heading: "Not under this name",
    help: html`The page answers to the names of this machine only. Others are allowed by <code>realms.page.hosts</code> in <code>~/.ronin/config.json</code>.`,
  },
  locked: {
    heading: "The database is busy",
    help: html`Another program holds it, and nothing was changed. This page tries again by itself. <a href="">Try now</a>`,
  },
  not_found: {
    heading: "Nothing is here",
    help: html`<a href="${addresses.proposals}">To the proposals</a>`,
  },
  error: {
    heading: "This did not work",
    help: html`Nothing was changed. <a href="">Try again</a>, or look at what Ronin printed.`,
  },
};

/** A page that anybody may see, so it holds nothing but what to do next. */
export function noticePage(assets: Assets, { kind, message }: Notice): string {
  const { heading, help } = words[kind];
  return toBareDocument(
    assets,
    heading,
    html`<header class="bar"><span class="brand notice-brand">Dojo</span></header>
<main id="main" data-notice="${kind}"><div class="empty"><h1>${heading}</h1><p>${message}</p><p>${help}</p></div></main>
<div id="said" class="sr" role="status"></div>`,
  );
}

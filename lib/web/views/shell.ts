import { raw } from "hono/html";
import type { Assets, Shell } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { type Html, html } from "./html.ts";

interface Page {
  title: string;
  main: Html;
}

const sections: ReadonlyArray<{ section: Shell["section"]; label: string; href: string }> = [
  { section: "proposals", label: "Proposals", href: addresses.proposals },
  { section: "browse", label: "Browse", href: addresses.browse },
  { section: "installed", label: "Installed", href: addresses.installed },
  { section: "realms", label: "Realms", href: addresses.realms },
  { section: "history", label: "History", href: addresses.history },
];

/** The whole document around a page, or, when only that is wanted, its `<main>`. */
export function toDocument(shell: Shell, { title, main }: Page): string {
  const body = html`<main id="main" tabindex="-1">${main}</main>`;
  if (shell.isPart) return body.toString();
  return toBareDocument(
    shell.assets,
    shell.pending === 0 ? title : `(${shell.pending}) ${title}`,
    html`<a class="skip" href="#main">Skip to the page</a>
<header class="bar">
<a class="brand" href="${addresses.proposals}">Dojo</a>
<nav aria-label="Dojo"><ul>${sections.map((one) => navItem(shell, one))}</ul></nav>
<a class="host" href="/">Ronin ${shell.roninVersion}</a>
</header>
<div id="banner" class="banner"></div>
${shell.approvals === "event" ? openDoor : null}
<noscript><div class="banner">Deciding needs JavaScript here. Without it you can read everything, and decide with the command <code>realms approve</code>.</div></noscript>
${body}
<div id="said" class="sr" role="status"></div>`,
  );
}

/** A document with nothing around: nobody is logged in, or nothing could be read. */
export function toBareDocument(assets: Assets, title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title} · Dojo</title>
<style>${raw(assets.style)}</style>
</head>
<body>
${body}
<script>${raw(assets.script)}</script>
</body>
</html>
`.toString();
}

function navItem(shell: Shell, { section, label, href }: (typeof sections)[number]): Html {
  const current = section === shell.section ? html` aria-current="page"` : null;
  return html`<li><a href="${href}"${current}>${label}${section === "proposals" ? pendingCount(shell) : null}</a></li>`;
}

function pendingCount({ pending }: Shell): Html {
  return html` <span class="count" id="pending" data-count="${pending}">${pending}<span class="sr"> waiting</span></span>`;
}

const openDoor = html`<div class="banner">Approvals are set to <code>event</code>: any program that reaches this port can approve an install. Set <code>realms.approvals</code> to <code>confirmed</code> in <code>~/.ronin/config.json</code> to be asked yourself.</div>`;

import { beforeAll, describe, expect, test } from "bun:test";
import type { InstalledEntry, Shell } from "../../lib/web/view-models.ts";
import { views } from "../../lib/web/views/views.ts";
import { readElements, readText } from "./views-document.ts";
import { hostileTexts } from "./views-hostile.ts";
import { noAssets, renderAll } from "./views-pages.ts";
import {
  sampleContent,
  sampleInstalled,
  sampleInstalledEntry,
  sampleInstalledView,
  sampleKata,
  sampleProposal,
  sampleProposals,
  sampleRealms,
  sampleShell,
  sampleVersion,
} from "./views-samples.ts";

let shell: Shell;
beforeAll(async () => {
  shell = await sampleShell();
});

/** All that a page is made of; anything else came out of a text. */
const knownTags = new Set(
  `html head meta link title style script body header nav main section article aside div span p b small code pre
   ins del a ul ol li dl dt dd h1 h2 h3 time form fieldset legend label input select option textarea button dialog
   details summary progress noscript figure svg defs marker path rect text circle`.split(/\s+/),
);

describe("hostile text stays text", () => {
  for (const [name, text] of Object.entries(hostileTexts)) {
    test(name, async () => {
      for (const [page, html] of await renderAll(shell, text)) {
        const elements = readElements(html);
        const tags = elements.map(({ tag }) => tag);
        expect({ page, strange: tags.filter((tag) => !knownTags.has(tag)) }).toEqual({ page, strange: [] });
        expect({ page, scripts: tags.filter((tag) => tag === "script").length }).toEqual({
          page,
          scripts: 1,
        });
        const attributes = elements.flatMap((one) => [...one.attributes]);
        const active = attributes.filter(([attribute]) =>
          /^(on|style$|src$|srcdoc$|formaction$)/.test(attribute),
        );
        expect({ page, active }).toEqual({ page, active: [] });
        const addresses = attributes.filter(([attribute]) => /^(href|action|data-posts)$/.test(attribute));
        const foreign = addresses.filter(([, address]) => !/^(\/|#|data:,$|https:\/\/|$)/.test(address));
        expect({ page, foreign }).toEqual({ page, foreign: [] });
      }
    });
  }

  test("and is shown whole, wherever a view shows it", async () => {
    const text = "<script>\"&'</script>";
    for (const [page, html] of await renderAll(shell, text)) {
      const isEmpty = ["no proposals", "no realms", "nothing installed"].includes(page);
      expect({ page, shows: readText(html).includes(text) }).toEqual({ page, shows: !isEmpty });
    }
  });

  test("and a documentation address that is not https is no link", () => {
    const versions = [sampleVersion({ documentation: "javascript:alert(1)" })];
    const html = views.proposal(shell, sampleProposal({ versions })) as string;
    expect(readText(html)).toContain("javascript:alert(1)");
    expect(
      readElements(html).some(({ attributes }) => attributes.get("href")?.startsWith("javascript")),
    ).toBe(false);
  });
});

describe("a reader who cannot see the page", () => {
  test("finds one main, one first heading, a title, and no heading that skips a level", async () => {
    for (const [page, html] of await renderAll({ ...shell, assets: noAssets })) {
      const tags = readElements(html).map(({ tag }) => tag);
      const counted = { page, main: tags.filter((tag) => tag === "main").length };
      expect({ ...counted, h1: tags.filter((tag) => tag === "h1").length }).toEqual({ page, main: 1, h1: 1 });
      const levels = tags.filter((tag) => /^h[1-6]$/.test(tag)).map((tag) => Number(tag[1]));
      const skips = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
      expect({ page, skips }).toEqual({ page, skips: [] });
      expect(html).toMatch(/<title>[^<]+ · Dojo<\/title>/);
    }
  });

  test("is led by ids that exist and are there once", async () => {
    for (const [page, html] of await renderAll({ ...shell, assets: noAssets })) {
      const elements = readElements(html);
      const ids = elements.flatMap(({ attributes }) => attributes.get("id") ?? []);
      expect({ page, ids: ids.length }).toEqual({ page, ids: new Set(ids).size });
      for (const reference of ["aria-labelledby", "aria-describedby", "data-opens", "data-swaps"]) {
        const missing = elements
          .flatMap(({ attributes }) => attributes.get(reference) ?? [])
          .filter((id) => !ids.includes(id));
        expect({ page, reference, missing }).toEqual({ page, reference, missing: [] });
      }
    }
  });

  test("hears the graph as sentences", () => {
    expect(readText(views.proposal(shell, sampleProposal()) as string)).toContain(
      "remind: starts the kata notify.user@v1, then completes",
    );
  });
});

describe("a proposal", () => {
  test("names who stands behind it, the need, and exactly what is installed", () => {
    const text = readText(views.proposal(shell, sampleProposal()) as string);
    for (const part of ["not signed", "I need to track all recurring subscriptions", "you have v1"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("Install examples:finance.subscriptions@v2?");
    expect(text).toContain("This comes with it:examples:notify.user@v1");
  });

  test("marks a skill that the installed version does not use as new", () => {
    const text = readText(views.proposal(shell, sampleProposal()) as string);
    expect(text).toMatch(/local\.notify\s+Show a desktop notice\s+new/);
    expect(text).not.toMatch(/Search agent memory\s+new/);
  });

  test("sends what was seen: the version and the hash of its plan", () => {
    const inputs = readElements(views.proposal(shell, sampleProposal()) as string).filter(
      ({ tag, attributes }) => tag === "input" && attributes.get("type") === "hidden",
    );
    expect(inputs.map(({ attributes }) => [attributes.get("name"), attributes.get("value")])).toEqual([
      ["version", "v2"],
      ["planHash", "ef".repeat(32)],
    ]);
  });

  const cannot: Array<[string, ReturnType<typeof sampleProposal>]> = [
    ["a version that does not fit", sampleProposal({ selected: sampleContent({ version: "v3" }) })],
    [
      "another compiled form than promised",
      sampleProposal({ selected: sampleContent({ compiled: "differs" }) }),
    ],
    [
      "no plan",
      sampleProposal({
        versions: [
          sampleVersion({ hashes: { source: "ab".repeat(32), compiled: "cd".repeat(32), plan: null } }),
        ],
      }),
    ],
  ];
  for (const [situation, view] of cannot) {
    test(`with ${situation} has no approve button and can still be rejected`, () => {
      const opens = readElements(views.proposal(shell, view) as string).map(({ attributes }) =>
        attributes.get("data-opens"),
      );
      expect(opens).not.toContain("approve");
      expect(opens).toContain("reject");
    });
  }

  test("compiled elsewhere can be approved only with that accepted", () => {
    const view = sampleProposal({ selected: sampleContent({ compiled: "other_compiler" }) });
    const box = readElements(views.proposal(shell, view) as string).find(
      ({ attributes }) => attributes.get("name") === "acceptOtherCompiler",
    );
    expect(box?.attributes.has("required")).toBe(true);
  });

  test("that is decided offers no decision", () => {
    const proposal = {
      ...sampleProposal().proposal,
      state: { kind: "rejected", reason: "not needed" } as const,
    };
    const html = views.proposal({ ...shell, assets: noAssets }, sampleProposal({ proposal })) as string;
    expect(readText(html)).toContain("Reason: not needed");
    expect(html).not.toContain("data-posts");
  });

  test("whose source cannot be had says why", () => {
    const source = { kind: "unavailable", code: "download_failed", message: "The realm is away." } as const;
    const text = readText(
      views.proposal(shell, sampleProposal({ selected: sampleContent({ source }) })) as string,
    );
    expect(text).toContain("The realm is away. download_failed");
  });
});

describe("a kata's page", () => {
  test("installs by asking for a decision", () => {
    expect(views.kata(shell, sampleKata) as string).toContain(
      'data-posts="/dojo/api/katas/examples/finance.subscriptions/install"',
    );
  });

  test("leads to the decision that waits already", () => {
    const html = views.kata(
      { ...shell, assets: noAssets },
      { ...sampleKata, pendingProposalId: "a/b" },
    ) as string;
    expect(html).toContain('href="/dojo/proposals/a%2Fb"');
    expect(html).not.toContain("data-posts");
  });
});

describe("what is installed", () => {
  test("says of each how it stands, what is newer and what was withdrawn", () => {
    const text = readText(views.installed(shell, sampleInstalled) as string);
    for (const part of ["v2 is out", "New skills: local.notify", "lost", "altered", "pinned", "withdrawn"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("Its realm has withdrawn this version. It leaked addresses.");
    expect(text).toContain("Ronin has lost 1 kata that you approved.");
    expect(text).toContain("Ronin 1.1.1 registers katas and reads contracts, and starts neither");
  });

  test("shows what an update changes, and leads to the decision about it", () => {
    const html = views.installedKata(shell, sampleInstalledView()) as string;
    const text = readText(html);
    for (const part of [
      "What changed since v1, which you have",
      "New skills: local.notify",
      "Skills it no longer needs: local.file.read",
      "Katas it brings along, each with its own skills: notify.user@v1",
      "2026-11-24 12:00 UTC",
    ]) {
      expect(text).toContain(part);
    }
    expect(html.includes('data-posts="/dojo/api/katas/examples/finance.subscriptions/install"')).toBe(true);
    const update = { ...sampleInstalledEntry().update, proposalId: "a/b" } as InstalledEntry["update"];
    const proposed = views.installedKata(
      shell,
      sampleInstalledView({ kata: sampleInstalledEntry({ update }) }),
    ) as string;
    expect(proposed.includes('href="/dojo/proposals/a%2Fb"')).toBe(true);
    expect(proposed.includes('/finance.subscriptions/install"')).toBe(false);
  });

  test("shows what depends on it inside of the question whether to take it out", () => {
    const html = views.installedKata(shell, sampleInstalledView()) as string;
    const [dialog = ""] = /<dialog id="uninstall"[\s\S]*<\/dialog>/.exec(html) ?? [];
    for (const part of ["finance.monthly@v1", "daily.finance", "t1 (running)"]) {
      expect(readText(dialog)).toContain(part);
    }
  });

  test.each(["altered", "lost", "removed"] as const)(
    "offers no update and no way out once it is %s",
    (standing) => {
      const kata = sampleInstalledEntry({ standing });
      const html = views.installedKata(
        { ...shell, assets: noAssets },
        sampleInstalledView({ kata }),
      ) as string;
      expect(html).not.toMatch(/uninstall|updates\/|data-copies/);
      expect(html.includes('data-posts="/dojo/api/restore"')).toBe(standing === "lost");
    },
  );

  test("says so where no contract can be offered", () => {
    const html = views.installedKata(shell, sampleInstalledView({ contract: null, isIdle: false })) as string;
    expect(readText(html)).toContain("is not known, so none is offered");
    expect(html).not.toContain("data-copies=");
  });
});

describe("realms", () => {
  test("of the config file cannot be removed here", () => {
    const html = views.realms(shell, sampleRealms) as string;
    expect(html).not.toContain("/dojo/api/realms/examples/remove");
    expect(html).toContain("/dojo/api/realms/acme/remove");
  });

  test("say what went wrong and how old what is shown is", () => {
    const text = readText(views.realms(shell, sampleRealms) as string);
    expect(text).toContain("did not answer within 30 s. timeout What is shown is from 2 days ago.");
  });
});

describe("what is sent", () => {
  test("is the main element alone where only that is wanted", () => {
    const html = views.proposals({ ...shell, isPart: true }, sampleProposals) as string;
    expect(html).toStartWith('<main id="main"');
    expect(html).not.toContain("<style");
  });

  test("stays below 100 KB with fifty versions, style and script included", () => {
    const versions = Array.from({ length: 50 }, (_, index) => sampleVersion({ version: `v${index + 1}` }));
    expect(Buffer.byteLength(views.proposal(shell, sampleProposal({ versions })) as string)).toBeLessThan(
      100_000,
    );
  });

  test("has a script of at most 20 KB that ends nowhere early and names no other machine", () => {
    const { script, style } = shell.assets;
    expect(script.length).toBeGreaterThan(2000);
    expect(script.length).toBeLessThan(20_000);
    expect(script).not.toMatch(/<\/script|https?:/i);
    expect(style).not.toMatch(/<\/style|url\(|@import/i);
  });

  test("warns where anybody may approve", () => {
    expect(readText(views.proposals({ ...shell, approvals: "event" }, sampleProposals) as string)).toContain(
      "any program that reaches this port can approve",
    );
  });
});

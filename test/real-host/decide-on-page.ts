import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ProposalView } from "../../lib/web/view-models.ts";
import type { Report } from "./report.ts";
import type { RunningRonin } from "./running-ronin.ts";
import { signIn } from "./sign-in.ts";

/** Opens the page by its printed link and approves a version there, after everybody else was refused. */
export async function decideOnPage(
  report: Report,
  running: RunningRonin,
  { id, version }: { id: string; version: string },
): Promise<void> {
  const origin = `http://127.0.0.1:${running.port}`;
  const tokenPath = join(running.home, ".ronin/realms/page.token");
  const link = await running.until(
    () => /http:\S+\/dojo\?token=[0-9a-f]{64}/.exec(running.log())?.[0],
    20_000,
  );
  const token = readFileSync(tokenPath, "latin1");
  report.check("the page's link is printed at start", link === `${origin}/dojo?token=${token}`);
  report.check("its token is for this user only", (statSync(tokenPath).mode & 0o777) === 0o600);
  report.check("without the cookie the page is closed", (await fetch(`${origin}/dojo`)).status === 401);

  const { status, ask, change } = await signIn(running);
  report.check("the link is exchanged for a cookie", status === 303);

  const page = await ask(`/dojo/proposals/${id}`);
  report.check("the proposal's page is served", page.status === 200 && (await page.text()).includes(version));
  const view = (await (await ask(`/dojo/api/proposals/${id}`)).json()) as ProposalView;
  const shown = view.versions.find((one) => one.version === version);
  const { selected } = view;
  report.check(
    "it shows the verified source and what Ronin makes of it",
    selected?.compiled === "matches",
    selected,
  );

  const stream = await ask("/dojo/api/live");
  const reader = stream.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  report.check("the stream is open", stream.status === 200 && first.includes("retry:"), first);
  await reader?.cancel();

  const body = { version, planHash: shown?.hashes?.plan };
  const approve = (headers: Record<string, string>) =>
    change(`/dojo/api/proposals/${id}/approve`, body, headers);
  const foreign = await approve({ origin: "https://evil.example" });
  report.check("an approval from another origin is refused", foreign.status === 403, foreign.status);
  const rebound = await approve({ host: "evil.example", origin: "http://evil.example" });
  report.check("an approval under a rebound name is refused", rebound.status === 403, rebound.status);
  const approval = await approve({});
  report.check("an approval on the page is taken", approval.status === 202, await approval.text());
  await running.until(() => {
    const [row] = running.rows<{ install_state: string }>(
      `SELECT install_state FROM kata_install_requests WHERE id = '${id}'`,
    );
    return row?.install_state === "installed" ? true : undefined;
  }, 30_000);
}

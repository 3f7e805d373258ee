import type { Views } from "../view-models.ts";
import { browsePage } from "./browse.ts";
import { historyPage } from "./history.ts";
import { installedPage } from "./installed.ts";
import { installedKataPage } from "./installed-kata.ts";
import { kataPage } from "./kata.ts";
import { noticePage } from "./notice.ts";
import { proposalPage } from "./proposal.ts";
import { proposalsPage } from "./proposals.ts";
import { realmsPage } from "./realms.ts";

/** Every page of the Dojo, each a function of plain data to a document. */
export const views: Views = {
  proposals: proposalsPage,
  proposal: proposalPage,
  browse: browsePage,
  kata: kataPage,
  installed: installedPage,
  installedKata: installedKataPage,
  realms: realmsPage,
  history: historyPage,
  notice: noticePage,
};

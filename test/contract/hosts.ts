import { embeddedHost } from "./embedded-contract-host.ts";
import type { ContractHost } from "./host.ts";
import { importRealHost } from "./real-contract-host.ts";

const root = process.env.CONTRACT_ROOT;

/**
 * The host under test: the embedded one, or the checkout that `CONTRACT_ROOT` names. A real host's modules touch
 * the home folder and print as they load, so `real-host.test.ts` sets that variable only in a process of its own.
 */
export const host: ContractHost = root ? await importRealHost(root) : embeddedHost;

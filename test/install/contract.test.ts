import { expect, test } from "bun:test";
import { ContractParser } from "ronin-plugin-api";
import { HostError } from "../../lib/errors.ts";
import { offerContract, toContractText } from "../../lib/install/contract.ts";
import { kata as sourceOf, startInstallWorld } from "../support/install-world.ts";

const kata = { name: "finance.audit", version: "v2" };
const text = "contract daily.finance.audit v1\ntarget kata finance.audit v2\ntrigger cron 0 3 * * *\n";
const parserThat = (parse: () => unknown) => ({
  ContractParser: class {
    parse = parse;
  },
});
const reading = (read: unknown) => parserThat(() => read);
const right = {
  targetKata: "finance.audit",
  targetKataVersion: "v2",
  triggerConfig: { expression: "0 3 * * *" },
};

test("a contract is offered as the host reads it", () => {
  expect(toContractText({ ContractParser }, kata)).toBe(text);
  expect(toContractText(reading(right), kata)).toBe(text);
});

test.each([
  ["another kata", { ...right, targetKata: "finance" }],
  ["another version", { ...right, targetKataVersion: "v1" }],
  ["another time", { ...right, triggerConfig: { expression: "0" } }],
  ["something of another shape", { kata }],
  ["nothing", undefined],
])("none is offered where the host reads %s out of it", (_what, read) => {
  expect(toContractText(reading(read), kata)).toBeUndefined();
});

test("none is offered by a host that refuses it, has no parser, or is not found", async () => {
  const refuse = () => {
    throw new Error("Line 1");
  };
  expect(toContractText(parserThat(refuse), kata)).toBeUndefined();
  expect(toContractText({}, kata)).toBeUndefined();
  const missing = new HostError("kata_classes_not_found", "not found");
  expect(await offerContract(() => Promise.reject(missing), kata)).toBeUndefined();
});

test("kata.installed brings it along, and saves nothing", async () => {
  const world = await startInstallWorld();
  try {
    const host = await world.deps.host();
    world.deps.host = async () => ({ ...host, ContractParser });
    world.publish(sourceOf("finance.audit", "v2"));
    await world.approve({ proposalId: world.propose("finance.audit", "v2").id });
    expect(world.events.at(-1)).toMatchObject({ event: "kata.installed", payload: { contract: text } });
    const tables = await world.api.db.query("SELECT name FROM sqlite_master WHERE name LIKE '%contract%'");
    expect(tables).toEqual([]);
  } finally {
    await world.stop();
  }
});

import { expect, test } from "bun:test";
import { row, sourceOf } from "./katas.ts";
import { createTestDojo, hasError } from "./test-dojo.ts";

const NEED = "I need to track all recurring subscriptions";
const kata = row("finance.subscriptions");

test("a new kata gives way to one that a sync brought", async () => {
  const { dojo, registry, addRealm, payloads, lines } = createTestDojo();
  await dojo.hear({ intent: NEED });
  const [creation] = payloads("kata.creation_proposed");

  addRealm("central", [kata]);
  await dojo.searchAgain();
  const [proposed, ...others] = payloads("kata.install_proposed");
  expect(others).toEqual([]);
  expect(proposed).toMatchObject({ kataName: "finance.subscriptions", fromRealm: "central" });
  expect(registry.getPendingRequests()).toMatchObject([{ id: proposed?.proposalId, intent: NEED }]);
  expect(registry.getRequest(creation?.proposalId ?? "")).toMatchObject({
    status: "rejected",
    reason: "superseded by central:finance.subscriptions@v1",
  });
  expect(hasError(lines)).toBe(false);

  await dojo.hear({ intent: NEED });
  await dojo.searchAgain();
  expect(payloads("kata.install_proposed")).toHaveLength(1);
});

test("a new kata gives way to one that is installed by now", async () => {
  const { dojo, registry, addRealm, payloads, registerOnHost } = createTestDojo();
  await dojo.hear({ intent: NEED });
  addRealm("central", [kata]);
  registerOnHost("finance.subscriptions", "v1", sourceOf("finance.subscriptions", "v1"));
  await dojo.searchAgain();
  expect(payloads("capability.available")).toEqual([
    { intent: NEED, kataName: "finance.subscriptions", kataVersion: "v1" },
  ]);
  expect(registry.getPendingRequests()).toEqual([]);
});

test("a sync that brings nothing for it leaves the proposal as it is", async () => {
  const { dojo, registry, addRealm, emitted } = createTestDojo();
  await dojo.hear({ intent: NEED });
  const before = registry.getPendingRequests();
  addRealm("central", [row("finance.audit")]);
  await dojo.searchAgain();
  expect(registry.getPendingRequests()).toEqual(before);
  expect(emitted).toHaveLength(1);
});

test("install proposals and decided ones are not searched for again", async () => {
  const { dojo, addRealm, registry, emitted } = createTestDojo();
  await dojo.hear({ intent: NEED });
  for (const { id } of registry.getPendingRequests()) registry.rejectInstall(id, "no");
  addRealm("central", [kata, row("finance.audit")]);
  await dojo.hear({ intent: "audit" });
  await dojo.searchAgain();
  expect(emitted.map(({ event }) => event)).toEqual(["kata.creation_proposed", "kata.install_proposed"]);
});

test("several needs give way to one kata", async () => {
  const { dojo, addRealm, registry, payloads } = createTestDojo();
  await dojo.hear({ intent: NEED });
  await dojo.hear({ intent: "list my subscriptions" });
  addRealm("central", [kata]);
  await dojo.searchAgain();
  expect(registry.getPendingRequests()).toHaveLength(1);
  expect(new Set(payloads("kata.install_proposed").map(({ proposalId }) => proposalId)).size).toBe(1);
});

test("one need that cannot be searched for does not stop the others", async () => {
  const { dojo, addRealm, registry, payloads, lines } = createTestDojo();
  await dojo.hear({ intent: "audit books" });
  await dojo.hear({ intent: NEED });
  addRealm("central", [kata, row("books.audit")]);
  const rejectInstall = registry.rejectInstall.bind(registry);
  let failures = 1;
  registry.rejectInstall = (...args) => {
    if (failures-- > 0) throw new Error("disk I/O error");
    return rejectInstall(...args);
  };
  await dojo.searchAgain();
  expect(payloads("kata.install_proposed")).toHaveLength(2);
  expect(registry.getRequests({ status: "rejected" })).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("error"))).toHaveLength(1);
});

test("a search while a need is being answered comes after it, and misses nothing", async () => {
  const { dojo, addRealm, payloads } = createTestDojo();
  const heard = dojo.hear({ intent: NEED });
  await Promise.resolve();
  const searched = dojo.searchAgain();
  await heard;
  addRealm("central", [kata]);
  await searched;
  await dojo.searchAgain();
  expect(payloads("kata.install_proposed")).toHaveLength(1);
});

test("searches that wait are one, and one asked for during a search follows it", async () => {
  const { dojo, registry } = createTestDojo();
  await dojo.hear({ intent: NEED });
  let searches = 0;
  const getPending = registry.getPendingRequests.bind(registry);
  registry.getPendingRequests = () => {
    searches++;
    if (searches === 1) during = dojo.searchAgain();
    return getPending();
  };
  let during: Promise<void> | undefined;
  await Promise.all([dojo.searchAgain(), dojo.searchAgain(), dojo.searchAgain()]);
  await during;
  expect(searches).toBe(2);
});

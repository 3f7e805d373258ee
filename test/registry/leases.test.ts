import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { codeOf } from "../support/throws.ts";
import { createWorld } from "./world.ts";

describe("a lease", () => {
  test("is held by one owner at a time, over all registries on the file", () => {
    const { registry, records, now } = createWorld();
    const other = new RealmsRegistry(records, { clock: { now } });
    expect(registry.acquireLease("sync", "one", 1000)).toBe(true);
    expect(other.acquireLease("sync", "two", 1000)).toBe(false);
    expect(other.acquireLease("install", "two", 1000)).toBe(true);
  });

  test("is free again from the moment it expires", () => {
    const { registry, pass } = createWorld();
    registry.acquireLease("sync", "one", 1000);
    pass(999);
    expect(registry.acquireLease("sync", "two", 1000)).toBe(false);
    pass(1);
    expect(registry.acquireLease("sync", "two", 1000)).toBe(true);
    expect(registry.acquireLease("sync", "one", 1000)).toBe(false);
  });

  test("is renewed by its owner, from now on", () => {
    const { registry, pass } = createWorld();
    registry.acquireLease("sync", "one", 1000);
    pass(900);
    expect(registry.acquireLease("sync", "one", 1000)).toBe(true);
    pass(900);
    expect(registry.acquireLease("sync", "two", 1000)).toBe(false);
  });

  test("is given up by its owner alone", () => {
    const { registry } = createWorld();
    registry.acquireLease("sync", "one", 1000);
    registry.releaseLease("sync", "two");
    expect(registry.acquireLease("sync", "two", 1000)).toBe(false);
    registry.releaseLease("sync", "one");
    expect(registry.acquireLease("sync", "two", 1000)).toBe(true);
    registry.releaseLease("never", "one");
  });

  test.each([0, -5, 1.5, Number.NaN])("for %d ms is refused", (ttlMs) => {
    const { registry } = createWorld();
    expect(codeOf(() => registry.acquireLease("sync", "one", ttlMs), RegistryError)).toBe("invalid_input");
  });
});

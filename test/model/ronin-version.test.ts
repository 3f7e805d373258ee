import { expect, test } from "bun:test";
import fc from "fast-check";
import semver from "semver";
import { compareRoninVersions, isInRange, isRoninVersion } from "../../lib/model/ronin-version.ts";

const number = fc.oneof(fc.nat(12), fc.constantFrom(999_999, 1_000_000, 0));
const version = fc
  .tuple(number, number, number, fc.constantFrom("", "", "", "-beta.1", "-beta.2", "+build.5"))
  .map(([major, minor, patch, tail]) => `${major}.${minor}.${patch}${tail}`);

test("versions of Ronin are ordered as semver orders them", () => {
  fc.assert(
    fc.property(version, version, (one, other) => {
      expect(Math.sign(compareRoninVersions(one, other))).toBe(semver.compare(one, other));
    }),
    { seed: 11, numRuns: 2000 },
  );
});

test.each(["1.1.1", "1.1", "01.1.1", "1.1.1-beta.1", "v1.1.1", "1.1.1+a", "", "newest", "1.1.1.1"])(
  "%p is a version where semver says so",
  (text) => {
    expect(isRoninVersion(text)).toBe(semver.valid(text) !== null);
  },
);

test("a range is semver's", () => {
  expect(isInRange("1.1.1", ">=1.1.0 <1.2.0")).toBe(true);
  expect(isInRange("1.2.0", ">=1.1.0 <1.2.0")).toBe(false);
});

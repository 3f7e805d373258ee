import { describe, expect, test } from "bun:test";
import { isReachable, literalAddress, type Zone, zoneOf } from "../../lib/realm-client/addresses.ts";

const zones: [address: string, zone: Zone][] = [
  ["93.184.216.34", "public"],
  ["2606:2800:220:1:248:1893:25c8:1946", "public"],
  ["64:ff9b::5db8:d822", "public"],
  ["10.0.0.1", "private"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["172.32.0.1", "public"],
  ["192.168.1.1", "private"],
  ["100.64.0.1", "private"],
  ["fd00::1", "private"],
  ["::ffff:10.0.0.1", "private"],
  ["64:ff9b::a00:1", "private"],
  ["127.0.0.1", "loopback"],
  ["127.255.0.9", "loopback"],
  ["::1", "loopback"],
  ["::ffff:7f00:1", "loopback"],
  ["64:ff9b::7f00:1", "loopback"],
  ["169.254.169.254", "internal"],
  ["fe80::1", "internal"],
  ["fe80::1%eth0", "internal"],
  ["0.0.0.0", "internal"],
  ["0.1.2.3", "internal"],
  ["::", "internal"],
  ["::ffff:0.0.0.0", "internal"],
  ["224.0.0.1", "internal"],
  ["ff02::1", "internal"],
  ["255.255.255.255", "internal"],
  ["198.18.0.1", "reserved"],
  ["240.0.0.1", "reserved"],
  ["2001:db8::1", "reserved"],
  ["2002:7f00:1::", "reserved"],
  ["2001::1", "reserved"],
  ["fec0::1", "reserved"],
  ["not an address", "internal"],
  ["", "internal"],
];

test.each(zones)("%s is %s", (address, zone) => {
  expect(zoneOf(address)).toBe(zone);
});

describe("whether a redirect may lead from one host to another", () => {
  const open = "93.184.216.34";
  const cases: [why: string, from: string[], to: string[], answer: boolean][] = [
    ["public to public", [open], ["8.8.8.8"], true],
    ["private to public", ["10.0.0.1"], [open], true],
    ["public to private", [open], ["10.0.0.1"], false],
    ["public to loopback", [open], ["127.0.0.1"], false],
    ["public to link-local", [open], ["169.254.169.254"], false],
    ["public to unspecified", [open], ["0.0.0.0"], false],
    ["private to private", ["10.0.0.1"], ["192.168.0.1"], true],
    ["loopback to loopback", ["127.0.0.1"], ["::1"], true],
    ["private to loopback", ["10.0.0.1"], ["127.0.0.1"], false],
    ["loopback to private", ["127.0.0.1"], ["10.0.0.1"], false],
    ["link-local to link-local", ["169.254.1.1"], ["169.254.169.254"], false],
    ["fake addresses of a tunnel among themselves", ["198.18.0.1"], ["198.18.0.2"], true],
    ["public to a name with one private address of two", [open], [open, "10.0.0.1"], false],
    ["a name with a public and a private address to private", [open, "10.0.0.1"], ["10.0.0.1"], false],
    ["an unknown host to private", [], ["10.0.0.1"], false],
    ["a host without any address", [open], [], false],
  ];

  test.each(cases)("%s", (_why, from, to, answer) => {
    expect(isReachable(from, to)).toBe(answer);
  });
});

describe("a literal address in a URL", () => {
  test.each([
    ["http://127.0.0.1/", "127.0.0.1"],
    ["http://2130706433/", "127.0.0.1"],
    ["http://0x7f.1/", "127.0.0.1"],
    ["http://[::1]:8080/", "::1"],
    ["http://[::ffff:127.0.0.1]/", "::ffff:7f00:1"],
    ["http://realm.example/", undefined],
    ["http://localhost/", undefined],
    ["http://127.0.0.1.example/", undefined],
  ])("of %s is %p", (url, address) => {
    expect(literalAddress(new URL(url).hostname)).toBe(address);
  });
});

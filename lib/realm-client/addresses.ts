import ipaddr from "ipaddr.js";

/**
 * How far an address reaches. `internal` is what answers on this machine or link only and has no business being
 * named by a redirect: link-local (cloud metadata services live there), unspecified, multicast, broadcast.
 */
export type Zone = "public" | "private" | "loopback" | "reserved" | "internal";

/**
 * Whether a redirect may lead from a host with the addresses `from` to one with the addresses `to`. Public
 * addresses are open to all; the others only to a host whose every address lies in the same zone, so that a
 * realm in a company's network, or on this machine, can redirect within it. One address of `to` that is not
 * allowed refuses them all, since nobody knows which one will be connected to.
 */
export function isReachable(from: readonly string[], to: readonly string[]): boolean {
  const fromZones = new Set(from.map(zoneOf));
  return to.length > 0 && to.every((address) => isZoneReachable(fromZones, zoneOf(address)));
}

/** Whether every address is public: then it does not matter where the redirect came from. */
export function isPublic(addresses: readonly string[]): boolean {
  return isReachable([], addresses);
}

/** The zone of one IP address, in any notation that ipaddr.js reads. What it cannot read is `internal`. */
export function zoneOf(address: string): Zone {
  if (!ipaddr.isValid(address)) return "internal";
  // `process` unwraps ::ffff:127.0.0.1, which connects to 127.0.0.1.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === "rfc6052") return zoneOfTranslated(parsed.toByteArray());
  return zones[range] ?? "reserved";
}

/** The address that a URL's host names literally; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return ipaddr.isValid(bare) ? bare : undefined;
}

/** Ranges of ipaddr.js that are not listed (documentation, benchmarking, tunnels) are `reserved`. */
const zones: Record<string, Zone> = {
  unicast: "public",
  private: "private",
  uniqueLocal: "private",
  carrierGradeNat: "private",
  loopback: "loopback",
  linkLocal: "internal",
  unspecified: "internal",
  multicast: "internal",
  broadcast: "internal",
};

/** NAT64 (64:ff9b::/96) reaches the IPv4 address in its last four bytes. */
function zoneOfTranslated(bytes: number[]): Zone {
  return zoneOf(bytes.slice(12).join("."));
}

function isZoneReachable(from: ReadonlySet<Zone>, to: Zone): boolean {
  if (to === "public") return true;
  if (to === "internal") return false;
  return from.size === 1 && from.has(to);
}

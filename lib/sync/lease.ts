/** The lease that lets one process of a host sync at a time. */
export const SYNC_LEASE = "sync";
/** How long a process that died keeps the others from syncing. Longer than the host was seen to block (12 s). */
export const LEASE_TTL_MS = 60_000;

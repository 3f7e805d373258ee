/** Where things are. Each part is encoded, whatever a realm has put into it. */
export const addresses = {
  proposals: "/dojo",
  browse: "/dojo/browse",
  installed: "/dojo/installed",
  realms: "/dojo/realms",
  history: "/dojo/history",
  proposal: (id: string) => `/dojo/proposals/${encodeURIComponent(id)}`,
  kata: (realm: string, name: string) =>
    `/dojo/katas/${encodeURIComponent(realm)}/${encodeURIComponent(name)}`,
  proposalAction: (id: string, action: "approve" | "reject") =>
    `/dojo/api/proposals/${encodeURIComponent(id)}/${action}`,
  install: (realm: string, name: string) =>
    `/dojo/api/katas/${encodeURIComponent(realm)}/${encodeURIComponent(name)}/install`,
  installedKata: (name: string, version: string) =>
    `/dojo/installed/${encodeURIComponent(name)}/${encodeURIComponent(version)}`,
  contractFile: (name: string, version: string) =>
    `/dojo/api/installed/${encodeURIComponent(name)}/${encodeURIComponent(version)}/contract`,
  uninstall: (name: string, version: string) =>
    `/dojo/api/installed/${encodeURIComponent(name)}/${encodeURIComponent(version)}/uninstall`,
  updateWish: (name: string, wish: "pin" | "unpin" | "skip" | "unskip" | "wait") =>
    `/dojo/api/installed/${encodeURIComponent(name)}/updates/${wish}`,
  restore: "/dojo/api/restore",
  preview: "/dojo/api/realms/preview",
  addRealm: "/dojo/api/realms",
  realmAction: (id: string, action: "enable" | "disable" | "reset" | "remove" | "sync") =>
    `/dojo/api/realms/${encodeURIComponent(id)}/${action}`,
  historyFile: (query: string) => `/dojo/api/history?${query}&download=1`,
};

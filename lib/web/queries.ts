/** Query parameters as the desk reads them; it checks every value. An empty field of a form means no filter. */
export function toSearchQuery(params: URLSearchParams): Record<string, unknown> {
  return {
    text: params.get("text") ?? "",
    realm: params.get("realm") || null,
    tag: params.get("tag") || null,
    complexity: params.get("complexity") || null,
    hasSkills: params.get("hasSkills") === "1",
  };
}

export function toHistoryFilter(params: URLSearchParams): Record<string, unknown> {
  return {
    text: params.get("text") ?? "",
    realm: params.get("realm") || null,
    outcome: params.get("outcome") || "all",
  };
}

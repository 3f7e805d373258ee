/** The name in a `Host` header, in lower case and without the port; empty when there is none. */
export function hostNameOf(header: string | null): string {
  return (/^(.*?)(?::\d{1,5})?$/.exec(header ?? "")?.[1] ?? "").toLowerCase();
}

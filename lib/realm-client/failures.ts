import { RealmError } from "../errors.ts";

/**
 * What Bun's fetch, its streams or a name look-up threw, as a RealmError. Their own message and `path` hold the
 * full URL, so that nothing but the code is taken over, and no cause.
 */
export function networkError(error: unknown, where: string): RealmError {
  const code = systemCode(error);
  const hint = /CERT|SIGNATURE|ISSUER/.test(code)
    ? " The certificate is not trusted here; NODE_EXTRA_CA_CERTS can name the authority that issued it."
    : "";
  return new RealmError("network", `${where} could not be fetched (${code}).${hint}`);
}

export function timeoutError(where: string, what: string, limitMs: number): RealmError {
  return new RealmError("timeout", `${where} ${what} within ${limitMs / 1000} s.`);
}

function systemCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^\w{1,60}$/.test(code) ? code : "no connection";
}

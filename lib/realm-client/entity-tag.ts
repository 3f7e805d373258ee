const entityTag = /^(?:W\/)?"[\x21\x23-\x7e]{0,256}"$/;

/**
 * Whether this is an entity tag (RFC 9110, 8.8.3), strong or weak, that is sane to store and to send back as it
 * is. It comes from the realm, and later out of a row.
 */
export function isEntityTag(value: string | null | undefined): value is string {
  return typeof value === "string" && entityTag.test(value);
}

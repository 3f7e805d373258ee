/** Whether a body begins as HTML or XML does. Neither JSON nor a kata can begin with `<`. */
export function startsLikePage(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 256)).trimStart().startsWith("<");
}

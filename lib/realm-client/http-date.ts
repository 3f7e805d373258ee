/** IMF-fixdate, the one form that RFC 9110 lets a server send. `Date.parse` alone reads far too much. */
const imfFixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** An HTTP date (RFC 9110, 5.6.7) in milliseconds since 1970; undefined when it is missing or no such date. */
export function parseHttpDate(value: string | null | undefined): number | undefined {
  const text = value?.trim() ?? "";
  const time = imfFixdate.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

import { html as escaping } from "hono/html";

/** Markup in which every value was escaped. */
export type Html = Exclude<ReturnType<typeof escaping>, Promise<unknown>>;

/** What may stand in a template. Texts are escaped; `false` and null leave nothing. */
export type Content = Html | string | number | false | null | undefined | readonly Content[];

/**
 * Markup from a template, every text in it escaped, in attributes too as long as those are quoted. Whoever
 * needs a text unescaped has to import `raw` where a reader sees it.
 */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  const made = escaping(strings, ...values);
  // Only a promise among the values makes one, and the type above lets none in.
  if (made instanceof Promise) throw new TypeError("a template holds a promise");
  return made;
}

/** Values with something between each two of them. */
export function join(values: readonly Content[], between: string): Content[] {
  return values.flatMap((value, index) => (index === 0 ? [value] : [between, value]));
}

/** Where the template lies below the folder of katas. */
export const TEMPLATE_KATA_PATH = "katas/hello.world-v1.kata";

/** A kata that compiles and publishes as it is, with every field that its author may fill in. */
export function toTemplateKata(author: string): string {
  return `# What stands above the kata line is for people who look for a kata. Every field may be left out; name, version,
# skills and katas are read out of the kata itself. A field that does not exist is refused, so typing errors show.
#
# description: Thinks of a greeting and shows it.
# tags: example, greeting
# complexity: simple
# category: examples
# author: ${author}
# license: MIT
# documentation: https://example.com/hello
# min-ronin-version: 1.1.0
# changes: First version.
kata hello.world v1
requires skill local.reasoning
requires skill local.notify

initial think

phase think
  run skill local.reasoning
  next show

phase show
  run skill local.notify
  complete
`;
}

/**
 * Endless kata sources, the same ones for the same seed: nearly valid ones, word salads, and mutations of both.
 * They are meant for comparing two compilers, so most of their time is spent near the edges of the grammar.
 */
export function* randomKatas(seed: number): Generator<string, never> {
  const random = mulberry32(seed);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  };
  const chance = (share: number): boolean => random() < share;
  const gap = (): string =>
    chance(0.7) ? "\n" : pick([" ", "\n\n", "\r\n", "\n  # note\n", "\t", "\n \u00a0"]);
  const name = (): string => (chance(0.9) ? pick(PLAIN) : pick(ODD));
  const version = (): string => (chance(0.9) ? pick(VERSIONS) : pick(NEARLY_VERSIONS));
  const anyWord = (): string => pick([...KEYWORDS, ...PLAIN, ...ODD, ...VERSIONS, ...NEARLY_VERSIONS]);
  const line = (...words: string[]): string => words.join(" ") + gap();

  const hints = (directives: readonly string[]): string =>
    chance(0.2) ? line(pick(directives), name(), ...(chance(0.3) ? [name()] : [])) : "";
  const action = (): string => {
    if (chance(0.4)) return line("run", "skill", name());
    if (chance(0.5)) return line("spawn", "kata", name(), version(), "->", name());
    return line("wait", "event", name(), ...(chance(0.3) ? ["timeout", pick(["d", "ddd", "30", "x"])] : []));
  };
  const phase = (own: string, following: string): string => {
    const end = chance(0.6) ? line("next", following) : line(pick(["complete", "fail"]));
    return line("phase", own) + hints(["ai-model", "ai-fallback", "ai-tags"]) + action() + end;
  };
  const likely = (): string => {
    const count = Math.floor(random() * 4);
    let text = line("kata", name(), version()) + hints(["ai-model", "ai-tags", "ai-fallback"]);
    for (let at = 0; at < count; at += 1) {
      text += line(
        "requires",
        pick(["skill", "skill", "kata", "banana"]),
        name(),
        ...(chance(0.2) ? ["v1"] : []),
      );
    }
    const own = Array.from({ length: 1 + Math.floor(random() * 4) }, name);
    const phases = own.map((phaseName, at) => phase(phaseName, (chance(0.8) && own[at + 1]) || name()));
    return text + line("initial", chance(0.8) ? (own[0] ?? "a") : name()) + phases.join("");
  };
  const salad = (): string =>
    `kata a v1 ${Array.from({ length: Math.floor(random() * 20) }, anyWord).join(chance(0.5) ? " " : gap())}`;
  const mutate = (text: string): string => {
    const words = text.split(/(\s+)/);
    const at = Math.floor(random() * words.length);
    const other = chance(0.9) ? anyWord() : pick(["\n", "", "#"]);
    words.splice(at, chance(0.5) ? 1 : 0, ...(chance(0.7) ? [other] : []));
    return words.join("");
  };

  for (;;) {
    let text = chance(0.85) ? likely() : salad();
    for (let left = Math.floor(random() * 2.5); left > 0; left -= 1) text = mutate(text);
    yield text;
  }
}

const KEYWORDS =
  "kata requires skill initial phase run spawn wait event timeout next complete fail ai-model ai-tags ai-fallback".split(
    " ",
  );
const PLAIN = ["a", "b", "c", "d1"];
const ODD = [
  ..."__proto__ constructor toString terminal action name aiModel 2 10 ddd -> x,y ../z <i> # #c V1 ｖ1 \ufeffb n\0l".split(
    " ",
  ),
  "long.name-with_all.kinds",
];
const VERSIONS = ["v1", "v2", "v10"];
const NEARLY_VERSIONS = ["v1.2", "v2beta", "v1;", "v", "V1", "1", "v٣"];

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

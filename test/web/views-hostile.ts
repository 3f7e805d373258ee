/** Texts that a realm, an event or a model might send, each an attempt to be more than text. */
export const hostileTexts: Record<string, string> = {
  script: "<script>alert(1)</script>",
  "attribute breakout": '"><img src=x onerror=alert(1)>',
  "single quote breakout": "' onmouseover='alert(1)' x='",
  "end tags": "</title></style></textarea></option></select></pre></svg><iframe src=//evil></iframe>",
  comment: "<!-- --!><b onclick=alert(1)>",
  entity: "&lt;script&gt;&#60;img&#62;&amp;",
  "template syntax": `\${7*7} {{7*7}} <%= 7*7 %> \`x\``,
  "bidirectional override": "safe \u202Egnihtemos\u202C \u2066x\u2069 \u200B",
  "script address": "javascript:alert(1)",
  "https breakout": 'https://example.com/"onmouseover="alert(1)',
  "names of objects": "__proto__",
  long: "W".repeat(280),
  markup: "<svg/onload=alert(1)><math><style>*{}</style>",
};

/** What decides between shapes, and so is never of a realm. */
const structural = new Set(
  "kind step type trust complexity status riskLevel reach action terminal origin cacheStrategy outcome compiled standing".split(
    " ",
  ),
);

/** The same data with every free text replaced. */
export function withText<T>(data: T, text: string): T {
  return replaceTexts(data, text) as T;
}

function replaceTexts(value: unknown, text: string): unknown {
  if (typeof value === "string") return text;
  if (Array.isArray(value)) return value.map((one) => replaceTexts(one, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      structural.has(key) && typeof one === "string" ? one : replaceTexts(one, text),
    ]),
  );
}

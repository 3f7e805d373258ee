/** An element as a browser's tokenizer sees it, with its attributes as they are written. */
export interface SeenElement {
  tag: string;
  attributes: Map<string, string>;
}

/** Every element of a document, read by a real HTML parser rather than by looking for brackets. */
export function readElements(html: string): SeenElement[] {
  const elements: SeenElement[] = [];
  new HTMLRewriter()
    .on("*", {
      element: ({ tagName, attributes }) => {
        elements.push({
          tag: tagName,
          attributes: new Map([...attributes].map(([name = "", value = ""]) => [name, decode(value)])),
        });
      },
    })
    .transform(html);
  return elements;
}

/** All text outside of style and script, with its character references resolved. */
export function readText(html: string): string {
  const bare = html.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "");
  let text = "";
  new HTMLRewriter()
    .onDocument({
      text: (chunk) => {
        text += chunk.text;
      },
    })
    .transform(bare);
  return decode(text);
}

function decode(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

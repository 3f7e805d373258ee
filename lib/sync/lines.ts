/**
 * The lines of a byte stream, without their line feeds and each decoded as UTF-8; a last one without a line feed
 * counts. Throws RangeError as soon as a line is longer than `maxLineBytes`, before it is kept.
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  const keep = (part: Uint8Array): void => {
    partBytes += part.byteLength;
    if (partBytes > maxLineBytes) throw new RangeError(`a line is longer than ${maxLineBytes} bytes`);
    parts.push(part);
  };
  const takeLine = (): string => {
    const line = decoder.decode(Buffer.concat(parts));
    parts = [];
    partBytes = 0;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      yield takeLine();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (partBytes > 0) yield takeLine();
}

const LINE_FEED = 0x0a;

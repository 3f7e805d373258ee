/** Reads a stream to its end and returns its last `maxBytes` as text. Never rejects: a broken stream has ended. */
export async function readTail(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of stream) tail = Buffer.concat([tail, chunk]).subarray(-maxBytes);
  } catch {
    // What was read before it broke is the answer.
  }
  return new TextDecoder().decode(tail);
}

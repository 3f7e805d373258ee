import { rmSync } from "node:fs";
import type { PackRef } from "../model/wire.ts";
import type { RealmAddress, RealmClient } from "../realm-client/client.ts";
import { inflatePack } from "./inflate-pack.ts";
import type { Meter } from "./meter.ts";
import type { RawPack } from "./pack-lines.ts";
import type { Scratch } from "./scratch.ts";

export interface BringPacksDeps {
  client: Pick<RealmClient, "fetchPack">;
  scratch: Scratch;
}

const WORTH_COLLECTING_BYTES = 1024 * 1024;

/** Packs that lie unpacked in the scratch folder until this is disposed. */
export interface BroughtPacks extends Disposable {
  packs: RawPack[];
}

/**
 * Downloads, verifies and unpacks packs one after the other, so that one connection and one chunk of one pack is
 * all that it takes at a time. When it throws, none of their files is left.
 *
 * @throws what `fetchPack` and `inflatePack` throw
 */
export async function bringPacks(
  { client, scratch }: BringPacksDeps,
  from: RealmAddress,
  refs: readonly PackRef[],
  signal: AbortSignal,
  meter: Meter = () => {},
): Promise<BroughtPacks> {
  const packs: RawPack[] = [];
  const total = refs.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  const remove = (): void => {
    for (const { path } of packs) rmSync(path, { force: true });
  };
  try {
    for (const ref of refs) {
      const pack = { name: `${ref.sha256.slice(0, 12)}…`, path: scratch.newFile() };
      packs.push(pack);
      const already = before;
      const onReceived = (bytes: number): void => meter("receiving", already + bytes, total);
      await bringPack(
        client,
        from,
        ref,
        { packFile: scratch.newFile(), rawFile: pack.path, onReceived },
        signal,
      );
      before += ref.bytes;
    }
    return { packs, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function bringPack(
  client: BringPacksDeps["client"],
  from: RealmAddress,
  ref: PackRef,
  {
    packFile,
    rawFile,
    onReceived,
  }: { packFile: string; rawFile: string; onReceived: (bytes: number) => void },
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.fetchPack(from, ref, packFile, signal, onReceived);
    await inflatePack(packFile, rawFile, ref, signal);
    // The pieces of a transfer are large and few, so the collector would let those of several packs pile up.
    if (ref.bytes > WORTH_COLLECTING_BYTES) Bun.gc(true);
  } finally {
    rmSync(packFile, { force: true });
  }
}

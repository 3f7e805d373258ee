import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import vectors from "../host-vectors.json";
import { host } from "./hosts.ts";

interface Vector {
  id: string;
  source: string;
  sourceHash: string;
  valid: boolean;
  compiled?: string;
  compiledHash?: string;
  error?: string;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const compile = ({ source }: Vector): string =>
  JSON.stringify(new host.katas.KataCompiler().compile(new host.katas.KataParser().parse(source)));

describe("recorded katas", () => {
  for (const vector of vectors as Vector[]) {
    test(`${vector.id} ${vector.valid ? "compiles to the recorded bytes" : "is refused as recorded"}`, () => {
      expect(sha256(vector.source)).toBe(vector.sourceHash);
      if (!vector.valid) {
        expect(() => compile(vector)).toThrow(vector.error ?? "");
        return;
      }
      const compiled = compile(vector);
      expect(compiled).toBe(vector.compiled ?? "the vector lacks its bytes");
      expect(sha256(compiled)).toBe(vector.compiledHash ?? "the vector lacks its hash");
    });
  }
});

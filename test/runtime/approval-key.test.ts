import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ApprovalError } from "../../lib/errors.ts";
import { readApprovalKey, readOrCreateApprovalKey } from "../../lib/runtime/approval-key.ts";
import { codeOf } from "../support/throws.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realms-key-"));
  path = join(folder, "state", "approval.key");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the approval key", () => {
  test("is made once, 32 random bytes that only the user can read", () => {
    const key = readOrCreateApprovalKey(path);
    expect(key.byteLength).toBe(32);
    expect(new Set(key).size).toBeGreaterThan(8);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readOrCreateApprovalKey(path)).toEqual(key);
    expect(readdirSync(dirname(path))).toEqual(["approval.key"]);
  });

  test("is the same for two processes that start at once", async () => {
    const script = `
      import { readOrCreateApprovalKey } from ${JSON.stringify(join(import.meta.dir, "../../lib/runtime/approval-key.ts"))};
      console.log(Buffer.from(readOrCreateApprovalKey(${JSON.stringify(path)})).toString("hex"));`;
    const starts = Array.from({ length: 4 }, () =>
      Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" }),
    );
    const keys = await Promise.all(starts.map((child) => new Response(child.stdout).text()));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]?.trim()).toBe(readFileSync(path).toString("hex"));
  });

  test("is not made by merely reading", () => {
    expect(readApprovalKey(path)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  test("that others can read is refused, and not replaced", () => {
    const key = readOrCreateApprovalKey(path);
    chmodSync(path, 0o640);
    expect(codeOf(() => readOrCreateApprovalKey(path), ApprovalError)).toBe("proof_wrong_key");
    expect(new Uint8Array(readFileSync(path))).toEqual(new Uint8Array(key));
  });

  test("of another length is refused", () => {
    readOrCreateApprovalKey(path);
    writeFileSync(path, "short");
    expect(codeOf(() => readOrCreateApprovalKey(path), ApprovalError)).toBe("proof_wrong_key");
  });
});

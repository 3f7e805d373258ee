import type ts from "typescript";
import { type ImportRef, readImports, resolveImport } from "./imports.ts";
import { BENCH, EMBEDDED_HOST, findRoom, isUnder, PUBLIC_FACE, type Room, TOOLING } from "./rooms.ts";
import type { Rule, Violation } from "./violation.ts";

const freeOfPack = ["examples", TOOLING, BENCH];
/** They look for the running host's own classes, by paths that are only known at run time. */
const findHostsAtRunTime = [
  "lib/runtime/",
  "lib/cli/",
  "lib/embedded-host/",
  "lib/build/",
  "examples/",
  "bench/",
];
/** No code of ours: the version number of the package. */
const plainValues = ["package.json"];

/** What the imports of one file break. */
export function findImportViolations(source: ts.SourceFile, files: ReadonlyMap<string, string>): Violation[] {
  const file = source.fileName;
  const room = findRoom(file);
  if (room === undefined) {
    return [
      { file, rule: "unknown-room", detail: "lib/ has no such room; test/architecture/rooms.ts lists them" },
    ];
  }
  return readImports(source).flatMap((ref) => {
    const broken = judgeImport(ref, file, room, files);
    return broken === undefined ? [] : [{ file, ...broken }];
  });
}

type Broken = { rule: Rule; detail: string };

function judgeImport(
  ref: ImportRef,
  file: string,
  room: Room,
  files: ReadonlyMap<string, string>,
): Broken | undefined {
  if (ref.specifier === undefined) {
    if (isUnder(file, findHostsAtRunTime)) return undefined;
    return { rule: "computed-import", detail: "imports a module whose name is only known at run time" };
  }
  if (room.rank === 0)
    return { rule: "foundation", detail: `imports ${ref.specifier}; rank 0 imports nothing` };

  const target = resolveImport(ref.specifier, file, files);
  if (target.kind === "package") return undefined;
  if (target.kind === "elsewhere") return { rule: "outside", detail: `imports ${target.specifier}` };
  if (target.kind === "peer") return judgePeer(ref, file, room);
  return judgeFile(target.path, room);
}

/** The peer is a name that a host may or may not resolve, so the pack asks for it at run time only. */
function judgePeer(ref: ImportRef, file: string, room: Room): Broken | undefined {
  if (freeOfPack.includes(room.name)) return undefined;
  if (ref.isDynamic && isUnder(file, ["lib/runtime/", "lib/cli/"])) return undefined;
  return {
    rule: "embedded-host",
    detail: `imports ${ref.specifier}; only lib/runtime and lib/cli may, with import()`,
  };
}

function judgeFile(path: string, room: Room): Broken | undefined {
  const target = findRoom(path);
  if (target === undefined) return judgeStranger(path);
  if (target.name === room.name) return undefined;

  if (target.name === BENCH)
    return { rule: "tooling", detail: `imports ${path}; a benchmark is run, never used` };
  if (room.name === EMBEDDED_HOST) {
    return {
      rule: "embedded-host",
      detail: `the embedded host imports ${path}; it knows nothing of the pack`,
    };
  }
  if (freeOfPack.includes(room.name)) return undefined;
  if (target.name === EMBEDDED_HOST) {
    return { rule: "embedded-host", detail: `imports ${path}; the peer is imported by its name` };
  }
  if (target.name === TOOLING)
    return { rule: "tooling", detail: `imports ${path}; the pack runs without its build` };
  if (target.name === PUBLIC_FACE) {
    return {
      rule: "public-face",
      detail: `imports ${path}; it is for others, the pack imports what it means`,
    };
  }
  return judgeRanks(path, room, target);
}

function judgeStranger(path: string): Broken | undefined {
  if (plainValues.includes(path)) return undefined;
  const rule = path.startsWith("lib/") ? "unknown-room" : "outside";
  return { rule, detail: `imports ${path}, which is in no room` };
}

function judgeRanks(path: string, from: Room, to: Room): Broken | undefined {
  if (from.rank === undefined || to.rank === undefined || to.rank < from.rank) return undefined;
  const way = to.rank === from.rank ? "sideways" : "up";
  const detail = `imports ${path}, a step ${way} from ${from.name} [${from.rank}] to ${to.name} [${to.rank}]`;
  return { rule: "rank", detail };
}

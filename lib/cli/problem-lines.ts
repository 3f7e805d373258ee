import type { Problem, PublishError } from "../publish/publish-error.ts";
import { countOf, toFields } from "./format.ts";

const MAX_SHOWN = 50;

/** Why nothing was published: each problem with its file, what was found and what was expected. */
export function toProblemLines({ problems }: PublishError): string[] {
  const shown = problems.slice(0, MAX_SHOWN);
  const rest = problems.length - shown.length;
  return [
    `nothing was published: ${countOf(problems.length, "problem", "problems")}.`,
    ...shown.flatMap(toLines),
    ...(rest > 0 ? ["", `  and ${rest} more`] : []),
  ];
}

function toLines({ file, code, found, expected }: Problem): string[] {
  return [
    "",
    ...toFields([["", `${file} (${code})`]], 0).map((line) => `  ${line.trim()}`),
    ...toFields(
      [
        ["found", found],
        ["expected", expected],
      ],
      4,
    ),
  ];
}

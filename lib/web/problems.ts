import { messageOf } from "../errors.ts";
import type { PageParts } from "../runtime/page-parts.ts";
import { Refusal } from "./refusal.ts";
import type { Assets, Notice, Problem } from "./view-models.ts";
import { views } from "./views/views.ts";

/** An error as an answer. Nothing of an unexpected one leaves the machine's log. */
export async function answerProblem(
  error: unknown,
  request: Request,
  { toProblem, log }: Pick<PageParts, "toProblem" | "log">,
  assets: Assets,
): Promise<Response> {
  const { status, notice, problem } = describe(error, toProblem);
  if (status === 500) log.error(`the page could not answer: ${messageOf(error)}`);
  return await answerNotice(request, { status, notice, problem }, assets);
}

interface Described {
  status: number;
  notice: Notice["kind"];
  problem: Problem;
}

/** As JSON for the page's script, else as a page. */
export async function answerNotice(
  request: Request,
  { status, notice, problem }: Described,
  assets: Assets,
): Promise<Response> {
  if (new URL(request.url).pathname.startsWith("/dojo/api/")) {
    return Response.json({ error: problem }, { status });
  }
  const page = await views.notice(assets, { kind: notice, message: problem.message });
  return new Response(page, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

function describe(error: unknown, toProblem: PageParts["toProblem"]): Described {
  if (error instanceof Refusal) {
    const { status, notice, code, message } = error;
    return { status, notice, problem: { code, message } };
  }
  const problem = toProblem(error);
  if (problem === undefined) {
    return {
      status: 500,
      notice: "error",
      problem: { code: "internal", message: "Something went wrong; Ronin's log says what." },
    };
  }
  if (problem.code === "registry_busy") return { status: 503, notice: "locked", problem };
  if (problem.code.startsWith("unknown_")) return { status: 404, notice: "not_found", problem };
  return { status: problem.code === "invalid_input" ? 400 : 409, notice: "error", problem };
}

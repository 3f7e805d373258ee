import type { KataAst, KataProblem } from "../contract/kata.ts";

/**
 * Every rule a kata breaks, in the host's order: references and reachability, transitions, the initial phase,
 * cycles, undeclared skills. An empty list means it compiles. Throws RangeError for a chain of some tens of
 * thousands of phases, because the host's checks recurse as well.
 */
export function findProblems(ast: KataAst): KataProblem[] {
  return [
    ...findReferenceProblems(ast),
    ...Object.keys(ast.phases).flatMap((name) => findTransitionProblems(ast, name)),
    ...findInitialProblem(ast),
    ...findCycle(ast),
    ...findUndeclaredSkills(ast),
  ];
}

// A phase counts as defined when looking it up gives anything at all, inherited properties included: `next toString`
// passes on a real host, so it passes here.
function isDefined(ast: KataAst, name: string): boolean {
  return Boolean(ast.phases[name]);
}

function findReferenceProblems(ast: KataAst): KataProblem[] {
  const problems: KataProblem[] = [];
  const reached = new Set<string>();
  let name: string | undefined = ast.initial;
  while (name && !reached.has(name)) {
    if (!isDefined(ast, name)) {
      problems.push({
        rule: "missing_phase",
        phase: name,
        message: `Phase '${name}' referenced but not defined`,
      });
      break;
    }
    reached.add(name);
    name = ast.phases[name]?.next;
  }
  for (const phase of Object.keys(ast.phases)) {
    if (reached.has(phase)) continue;
    const message = `Phase '${phase}' is unreachable from initial phase '${ast.initial}'`;
    problems.push({ rule: "unreachable_phase", phase, message });
  }
  return problems;
}

// Neither can come from parsed source; both can come from a tree that an agent built itself.
function findTransitionProblems(ast: KataAst, phase: string): KataProblem[] {
  const { next, terminal } = ast.phases[phase] ?? {};
  if (!next && !terminal) {
    const message = `Phase '${phase}' must have 'next' or be terminal ('complete'/'fail')`;
    return [{ rule: "missing_transition", phase, message }];
  }
  if (next && terminal) {
    const message = `Phase '${phase}' cannot have both 'next' and terminal`;
    return [{ rule: "conflicting_transition", phase, message }];
  }
  return [];
}

function findInitialProblem(ast: KataAst): KataProblem[] {
  if (isDefined(ast, ast.initial)) return [];
  return [{ rule: "missing_initial_phase", message: `Initial phase '${ast.initial}' not defined` }];
}

/** One problem for each phase on the way into a cycle, deepest first. */
function findCycle(ast: KataAst): KataProblem[] {
  const problems: KataProblem[] = [];
  const path = new Set<string>();
  const leadsIntoCycle = (phase: string): boolean => {
    if (path.has(phase)) return true;
    path.add(phase);
    const next = ast.phases[phase]?.next;
    if (!next || !leadsIntoCycle(next)) return false;
    problems.push({
      rule: "cycle_detected",
      phase,
      message: `Cycle detected starting from phase '${phase}'`,
    });
    return true;
  };
  leadsIntoCycle(ast.initial);
  return problems;
}

function findUndeclaredSkills(ast: KataAst): KataProblem[] {
  const declared = new Set(declaredSkills(ast));
  const used = new Set<string>();
  for (const { action } of Object.values(ast.phases)) if (action.type === "run") used.add(action.skill);
  return [...used]
    .filter((skill) => !declared.has(skill))
    .map((skill) => ({
      rule: "undeclared_skill",
      message: `Skill '${skill}' used but not declared in 'requires'`,
    }));
}

/** The skills that `requires` names, in source order, duplicates kept. */
export function declaredSkills(ast: KataAst): string[] {
  return ast.requires.filter(({ type }) => type === "skill").map(({ name }) => name);
}

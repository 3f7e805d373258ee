import type { Command } from "commander";

/** What may follow the words of `path`, such as ` realm add`. */
interface Place {
  path: string;
  words: string[];
}

/**
 * A script that lets bash complete this command, made from the command tree: commands, what is below them, options,
 * and fixed arguments; files for everything else. zsh reads it through its bashcompinit.
 */
export function toCompletionScript(program: Command, shell: "bash" | "zsh"): string {
  const places = toPlaces(program, "");
  const commands = places.flatMap(({ path }) => (path === "" ? [] : [`"${path}"`]));
  const cases = places.map(({ path, words }) => `    "${path}") words="${words.join(" ")}" ;;`);
  const script = `_realms() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" words="" position
  for (( position = 1; position < COMP_CWORD; position += 1 )); do
    case "$path \${COMP_WORDS[position]}" in
      ${commands.join("|")}) path="$path \${COMP_WORDS[position]}" ;;
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _realms realms`;
  return shell === "zsh" ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
}

function toPlaces(command: Command, path: string): Place[] {
  const help = command.createHelp();
  Object.assign(help, command.configureHelp());
  const below = help.visibleCommands(command);
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const words = [
    ...below.map((one) => one.name()),
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ...options.flatMap(({ long, short }) => long ?? short ?? []),
  ];
  return [
    { path, words: [...new Set(words)] },
    ...below.flatMap((one) => toPlaces(one, `${path} ${one.name()}`)),
  ];
}

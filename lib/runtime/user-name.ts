import { userInfo } from "node:os";

/** What Bun's `userInfo` answers when the variable USER is not set, as in many containers and services. */
const UNKNOWN = "unknown";

/** The operating system's name of the user who runs this, or its number where it has none. */
export function readUserName(): string {
  const { username, uid } = userInfo();
  return username !== UNKNOWN && username !== "" ? username : (askForName() ?? `uid ${uid}`);
}

function askForName(): string | undefined {
  try {
    const { success, stdout } = Bun.spawnSync(["id", "-un"], { stdin: "ignore", stderr: "ignore" });
    const name = stdout.toString().trim();
    return success && name !== "" ? name : undefined;
  } catch {
    // No such program: Windows, or a container without one. The number names the user too.
    return undefined;
  }
}

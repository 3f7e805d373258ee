import type { HostTool } from "../../lib/embedded-host/options.ts";

const handler = async () => ({ success: true });

/** Tools that a stock Ronin has, with nothing behind them. */
export const hostTools: HostTool[] = [
  tool("local.memory.search", "low", "Searches what this Ronin remembers."),
  tool("local.reasoning", "low", "Thinks with the local model."),
  tool("local.notify", "low", "Shows a desktop notification."),
  tool("local.notify.ask", "low", "Shows a notification and waits for the answer."),
  tool("local.file.list", "low", "Lists the files of a folder."),
  tool("local.file.read", "medium", "Reads a file."),
  tool("local.http.request", "medium", "Makes an HTTP request."),
  tool("local.shell.safe", "high", "Runs a command of a short list."),
];

function tool(name: string, riskLevel: NonNullable<HostTool["riskLevel"]>, description: string): HostTool {
  return { name, riskLevel, description, handler };
}

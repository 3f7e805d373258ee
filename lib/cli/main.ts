#!/usr/bin/env bun
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../clock.ts";
import { readUserName } from "../runtime/user-name.ts";
import { runRealms } from "./run.ts";

const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());

process.exitCode = await runRealms(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  isTTY: process.stdin.isTTY === true && process.stdout.isTTY === true,
  // https://no-color.org: any text in the variable means no.
  hasColors: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb",
  userName: readUserName,
  // Being interrupted ends the wait early; whoever waits looks at the signal next.
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
  signal: interrupt.signal,
});

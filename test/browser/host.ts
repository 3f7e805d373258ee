import type { Answer, Order, Start } from "./host-process.ts";

/** A host that runs in a process of its own. */
export interface HostProcess {
  port: number;
  ask(order: Order): Promise<Omit<Answer, "to">>;
  /** As a crash would: nothing is told to anybody. */
  kill(): Promise<void>;
}

const START_MS = 30_000;

/** Starts it and resolves once it serves. */
export async function startHostProcess(start: Start, env: Record<string, string>): Promise<HostProcess> {
  const answers = new Map<number, PromiseWithResolvers<Answer>>();
  const expect = (number: number): PromiseWithResolvers<Answer> => {
    const expected = Promise.withResolvers<Answer>();
    answers.set(number, expected);
    return expected;
  };
  const started = expect(0);
  const child = Bun.spawn(
    [process.execPath, "run", `${import.meta.dir}/host-process.ts`, JSON.stringify(start)],
    {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit"],
      ipc(message: Answer) {
        if (message.error === undefined) answers.get(message.to)?.resolve(message);
        else answers.get(message.to)?.reject(new Error(message.error));
        answers.delete(message.to);
      },
      onExit() {
        for (const { reject } of answers.values()) reject(new Error("the host process has ended"));
      },
    },
  );
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
  const { port = 0 } = await started.promise;
  clearTimeout(timer);
  let number = 0;
  return {
    port,
    ask(order) {
      number += 1;
      const expected = expect(number);
      child.send({ number, order });
      return expected.promise;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

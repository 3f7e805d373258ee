/** A process of our own code that answers messages, one after the other. */
export interface Helper extends AsyncDisposable {
  /** The next message that it sends. @throws when it ends before */
  next(): Promise<unknown>;
  /** Sends a message and waits for the answer. */
  ask(message: string): Promise<unknown>;
}

export function startHelper(entry: string, args: readonly string[]): Helper {
  const unread: unknown[] = [];
  let wake = (): void => {};
  const child = Bun.spawn([process.execPath, entry, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc(message) {
      unread.push(message);
      wake();
    },
    onExit: () => wake(),
  });
  const next = async (): Promise<unknown> => {
    while (unread.length === 0) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${entry} ended too early.`);
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    return unread.shift();
  };
  return {
    next,
    ask(message) {
      child.send(message);
      return next();
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

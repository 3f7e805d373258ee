/** How many timers of this process wait to fire, from now on: set, and neither cleared nor fired for the last time. */
export interface LiveTimers extends Disposable {
  count(): number;
}

/** Watches the global timer functions, which everything in this process calls. */
export function watchTimers(): LiveTimers {
  const before = { setTimeout, setInterval, clearTimeout, clearInterval };
  const live = new Set<unknown>();
  const forget = (timer: unknown): void => void live.delete(timer);
  Object.assign(globalThis, {
    setTimeout: Object.assign((callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const timer: unknown = before.setTimeout(() => {
        forget(timer);
        callback(...args);
      }, ms);
      live.add(timer);
      return timer;
    }, before.setTimeout),
    setInterval: (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const timer = before.setInterval(callback, ms, ...args);
      live.add(timer);
      return timer;
    },
    clearTimeout: (timer: Parameters<typeof clearTimeout>[0]) => {
      forget(timer);
      before.clearTimeout(timer);
    },
    clearInterval: (timer: Parameters<typeof clearInterval>[0]) => {
      forget(timer);
      before.clearInterval(timer);
    },
  });
  return { count: () => live.size, [Symbol.dispose]: () => void Object.assign(globalThis, before) };
}

interface Batch<Report> {
  ids: Set<string>;
  report: Promise<Report>;
}

/**
 * Runs `perform` for sets of ids, one at a time. A request that the run under way covers joins it; any other
 * joins the one run that waits behind it, which is made when there is none.
 */
export function createQueue<Report>(
  perform: (ids: readonly string[]) => Promise<Report>,
): (ids: readonly string[]) => Promise<Report> {
  let running: Batch<Report> | undefined;
  let waiting: Batch<Report> | undefined;

  const begin = async (ids: Set<string>, before: Promise<unknown>): Promise<Report> => {
    await before;
    running = waiting;
    waiting = undefined;
    try {
      return await perform([...ids]);
    } finally {
      running = undefined;
    }
  };

  return (ids) => {
    const current = running;
    if (current !== undefined && ids.every((id) => current.ids.has(id))) return current.report;
    if (waiting === undefined) {
      const wanted = new Set<string>();
      // The run before has its own callers to report a failure to.
      const before = Promise.resolve(current?.report).catch(() => undefined);
      waiting = { ids: wanted, report: begin(wanted, before) };
    }
    for (const id of ids) waiting.ids.add(id);
    return waiting.report;
  };
}

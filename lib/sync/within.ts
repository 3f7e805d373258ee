/** Settles when `work` has settled or after `waitMs`, whatever comes first; `work` goes on. Never rejects. */
export async function settledWithin(work: Promise<unknown>, waitMs: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, waitMs);
  try {
    await Promise.race([work, late.promise]);
  } catch {
    // Only the waiting is done here. Who started the work hears of its failure.
  } finally {
    clearTimeout(timer);
  }
}

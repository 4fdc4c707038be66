/** Waits for the work, but no longer than so many milliseconds: whether it was done by then. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: out, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), milliseconds);
  return Promise.race([work.then(() => true), out]).finally(() => clearTimeout(timer));
}

const SLICES = 10;

/**
 * Waits for the work, but no longer than so many milliseconds: whether it was done by then. Of time
 * in which this process was kept from running itself, little counts: nobody could have answered it.
 */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: out, resolve } = Promise.withResolvers<false>();
  let timer: NodeJS.Timeout | undefined;
  const wait = (slices: number) => {
    const next = () => (slices > 1 ? wait(slices - 1) : resolve(false));
    timer = setTimeout(next, milliseconds / SLICES);
  };
  wait(SLICES);
  return Promise.race([work.then(() => true), out]).finally(() => clearTimeout(timer));
}

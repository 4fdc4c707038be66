const PATIENCE = [200, 1000, 5000]; // ms

/** Tries it again a few times: for what must be written down, since what it tells has happened. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const wait of PATIENCE) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return work();
}

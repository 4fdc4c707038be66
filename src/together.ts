/** How many items a round takes at most, so that the first does not wait for a crowd. */
const MOST = 64;

type Waiting<Item, Result> = {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
};

/**
 * Work that costs little more for many than for one (a statement, a commit): what is asked for while
 * one round runs makes up the next. A round that fails is done again item by item, so that one item
 * fails alone.
 * @param work gives a result for each item, in their order
 */
export function together<Item, Result>(work: (items: Item[]) => Promise<Result[]>) {
  const waiting: Array<Waiting<Item, Result>> = [];
  let running = false;

  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void runAll();
    });

  async function runAll(): Promise<void> {
    running = true;
    await new Promise(setImmediate); // those who ask in the same turn go together
    while (waiting.length > 0) await runRound(waiting.splice(0, MOST));
    running = false;
  }

  async function runRound(round: Array<Waiting<Item, Result>>): Promise<void> {
    try {
      const results = await work(round.map(({ item }) => item));
      round.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (round.length === 1) round[0]?.reject(error);
      else for (const one of round) await runRound([one]);
    }
  }
}

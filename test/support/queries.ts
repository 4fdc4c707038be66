import { statementCount } from "../../src/models/database.ts";

/** How many statements the work has the database run, by this process, if nothing else runs. */
export async function countQueries(work: () => Promise<unknown>): Promise<number> {
  const before = statementCount();
  await work();
  return statementCount() - before;
}

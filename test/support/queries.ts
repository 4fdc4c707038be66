import { statementCount } from "../../src/models/database.ts";

/** How many statements the database is asked while `work` runs. */
export async function queriesDuring(work: () => Promise<unknown>): Promise<number> {
  const before = statementCount();
  await work();
  return statementCount() - before;
}

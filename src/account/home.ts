import { Person } from "../models/index.ts";

/** Where somebody goes who has just signed in: her business, or the list if there are several. */
export async function homeOf(personId: number): Promise<string> {
  const [first, ...others] = await Person.workplaces(personId);
  return first && others.length === 0 ? `/b/${first.slug}` : "/account";
}

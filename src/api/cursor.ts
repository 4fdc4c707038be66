// A list is paged by what its last line was sorted by, not by a number of lines: what is added or
// taken away meanwhile moves nothing from one page to another.
import { LARGEST_ID } from "../models/id.ts";
import { invalid } from "./problem.ts";

/** Of one line more than a page, which tells whether there is another page. */
export function pageOf<T>(
  found: readonly T[],
  limit: number,
  positionOf: (line: T) => readonly number[],
): { lines: T[]; next_cursor: string | null } {
  const lines = found.slice(0, limit);
  const last = lines.at(-1);
  const more = found.length > limit && last !== undefined;
  return { lines, next_cursor: more ? cursorTo(positionOf(last)) : null };
}

/** A page of what the process has in memory, in the order of ids. */
export function pageOfKept<T extends { id: number }>(
  kept: readonly T[],
  cursor: string | undefined,
  limit: number,
) {
  const [after = 0] = positionIn(cursor, 1);
  const found = kept.filter(({ id }) => id > after).toSorted((a, b) => a.id - b.id);
  return pageOf(found, limit, ({ id }) => [id]);
}

export function cursorTo(position: readonly number[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/**
 * The position that a cursor stands for; zeros, before all, without one.
 * @throws Problem for a cursor of another list, or none of ours
 */
export function positionIn(cursor: string | undefined, numbers: number): number[] {
  if (cursor === undefined) return Array.from({ length: numbers }, () => 0);
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (isPosition(position, numbers)) return position;
  } catch {
    // Falls through to the refusal.
  }
  throw invalid([{ parameter: "cursor", detail: "Use the next_cursor of this very list" }]);
}

/** An id comes last. */
function isPosition(position: unknown, numbers: number): position is number[] {
  if (!Array.isArray(position) || position.length !== numbers) return false;
  return position.every(isCount) && Number(position.at(-1)) <= LARGEST_ID;
}

function isCount(part: unknown): boolean {
  return Number.isSafeInteger(part) && Number(part) >= 0;
}

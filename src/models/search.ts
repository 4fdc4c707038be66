// Looking for people and what they booked by a few typed words, on both databases alike.
import { digitsOf, fold } from "../domain/fold.ts";

export type Search = { condition: string; bind: Record<string, string> };

const MOST_WORDS = 6;
const FEWEST_DIGITS = 3; // shorter, and every number matches

/**
 * A condition that each word is somewhere in a customer (alias c), in a column of `others`, which
 * are lower case, or in a row of `elsewhere`, a subquery that ends with the folded column. A word of
 * digits may also be part of the phone number. Undefined when nothing was typed.
 */
export function searchFor(
  typed: string,
  others: readonly string[] = [],
  elsewhere?: string,
): Search | undefined {
  const words = wordsOf(typed);
  if (words.length === 0) return undefined;
  const bind: Search["bind"] = {};
  const conditions = words.map((word, i) => {
    const found = [like("c.search", `word${i}`)];
    bind[`word${i}`] = part(fold(word));
    if (others.length > 0) bind[`plain${i}`] = part(word.toLowerCase());
    for (const column of others) found.push(like(column, `plain${i}`));
    if (elsewhere) found.push(`EXISTS (${like(elsewhere, `word${i}`)})`);
    const digits = digitsIn(word);
    if (digits) {
      bind[`digits${i}`] = part(digits);
      found.push(like("c.phone_key", `digits${i}`));
    }
    return found.length > 1 ? `(${found.join(" OR ")})` : found.join("");
  });
  return { condition: conditions.join(" AND "), bind };
}

function wordsOf(typed: string): string[] {
  const words = typed.normalize("NFKC").split(/[\s\p{Cc}]+/u);
  return words.filter((word) => fold(word) !== "").slice(0, MOST_WORDS);
}

/** Of a word that is part of a phone number. */
function digitsIn(word: string): string | undefined {
  if (!/^[\d().+/-]+$/.test(word)) return undefined;
  const digits = digitsOf(word);
  return digits.length >= FEWEST_DIGITS ? digits : undefined;
}

function like(column: string, name: string): string {
  return `${column} LIKE $${name} ESCAPE '\\'`;
}

function part(word: string): string {
  return `%${word.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
}

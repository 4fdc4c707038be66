// Looking for people and what they booked by a few typed words, on both databases alike.

export type Search = { condition: string; bind: Record<string, string> };

const MOST_WORDS = 6;
const FEWEST_DIGITS = 3; // shorter, and every number matches

/**
 * A condition that each word is somewhere in a customer (alias c) or in `others`, which are lower
 * case; a word of digits may also be part of the phone number. Undefined when nothing was typed.
 */
export function searchFor(typed: string, others: readonly string[] = []): Search | undefined {
  const words = fold(typed).split(" ").filter(Boolean).slice(0, MOST_WORDS);
  if (words.length === 0) return undefined;
  const haystack = [CUSTOMER, ...others].join(" || ' ' || ");
  const bind: Search["bind"] = {};
  const conditions = words.map((word, i) => {
    bind[`word${i}`] = `%${literal(word)}%`;
    const found = `${haystack} LIKE $word${i} ESCAPE '\\'`;
    const digits = word.replace(/[().+/-]/g, "");
    if (!/^\d+$/.test(digits) || digits.length < FEWEST_DIGITS) return found;
    bind[`digits${i}`] = `%${digits}%`;
    return `(${found} OR ${PHONE} LIKE $digits${i})`;
  });
  return { condition: conditions.join(" AND "), bind };
}

// What makes two bookings one customer's holds mail address and name, folded as `fold` does.
const CUSTOMER = "COALESCE(c.identity, LOWER(c.name))";
const PHONE = [" ", "-", "(", ")", ".", "/", "+"].reduce(
  (column, mark) => `REPLACE(${column}, '${mark}', '')`,
  "COALESCE(c.phone, '')",
);

// Controls are in no name, and PostgreSQL refuses a NUL.
function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

function literal(word: string): string {
  return word.replace(/[\\%_]/g, (mark) => `\\${mark}`);
}

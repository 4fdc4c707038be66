export const LARGEST_ID = 2 ** 31 - 1;

/** A primary key from a URL, or 0, which no row has: Sequelize writes NaN into SQL as a name. */
export function toId(from: unknown): number {
  const id = typeof from === "string" && !/^[1-9]\d{0,9}$/.test(from) ? 0 : Number(from);
  return Number.isInteger(id) && id > 0 && id <= LARGEST_ID ? id : 0;
}

// How names and other texts are compared and searched: without accents and capitals, in every
// script, and alike on both databases (SQLite itself folds ASCII only).

// Letters of their own that people also type with plain ones; no normal form takes them apart.
const PLAIN: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/** "  Éva  MÜLLER" is "eva muller". Controls are in no name, and PostgreSQL refuses a NUL. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => PLAIN[letter] ?? letter)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

/** The digits of a phone number, however it is written; "" where there are none. */
export function digitsOf(phone: string | null): string {
  return (phone ?? "").normalize("NFKC").replace(/\D/g, "");
}

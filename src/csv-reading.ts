// CSV as people bring it along: in whatever encoding, with whatever separator their spreadsheet chose.
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { parse } from "csv-parse";

export type Encoding = "UTF-8" | "UTF-16" | "Windows-1252";
export type Separator = "," | ";" | "\t" | "|";

/** Bytes as text; byte order marks decide, else what the bytes can be. */
export function decode(bytes: Buffer): { text: string; encoding: Encoding } {
  const utf16 = utf16Of(bytes);
  if (utf16) return { text: textIn(utf16, bytes), encoding: "UTF-16" };
  try {
    return { text: textIn("utf-8", bytes, true), encoding: "UTF-8" };
  } catch {
    // In which every byte means something.
    return { text: textIn("windows-1252", bytes), encoding: "Windows-1252" };
  }
}

const SEPARATORS: readonly Separator[] = [",", ";", "\t", "|"];
const LOOKED_AT = 20; // lines

/** What divides the lines alike; the comma where nothing does. */
export function separatorOf(text: string): Separator {
  const lines = unquoted(text)
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "")
    .slice(0, LOOKED_AT);
  const scores = SEPARATORS.map((separator) => {
    const counts = lines.map((line) => line.split(separator).length - 1);
    const usual = counts[0] ?? 0;
    return { separator, score: usual * counts.filter((count) => count === usual).length };
  });
  return scores.toSorted((a, b) => b.score - a.score)[0]?.separator ?? ",";
}

/**
 * The cells, row by row, as a spreadsheet numbers them: an empty line is a row too.
 * @param most rows, and one more if there are more
 */
export async function readRows(
  text: string,
  separator: Separator,
  most: number,
): Promise<string[][]> {
  const parser = parse({
    delimiter: separator,
    relax_column_count: true,
    relax_quotes: true,
    to: most + 1,
  });
  const read = Readable.from(slices(text)).pipe(parser);
  return (await Array.fromAsync(read)) as string[][];
}

const SLICE = 256 * 1024; // characters

/** A bit at a time, so that nobody waits while a long file is read. */
async function* slices(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += SLICE) {
    yield text.slice(at, at + SLICE);
    await setImmediate();
  }
}

function utf16Of(bytes: Buffer): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  // Without a mark: of plain letters, every second byte is zero.
  const start = bytes.subarray(0, 200);
  const zeros = (parity: number) =>
    start.filter((byte, i) => byte === 0 && i % 2 === parity).length;
  if (zeros(1) > start.length / 4) return "utf-16le";
  return zeros(0) > start.length / 4 ? "utf-16be" : undefined;
}

function textIn(encoding: string, bytes: Buffer, fatal = false): string {
  // No text has a NUL, and PostgreSQL takes none.
  return new TextDecoder(encoding, { fatal }).decode(bytes).replaceAll("\0", "");
}

/** The text without what stands in quotes, where separators mean nothing. */
function unquoted(text: string): string {
  return text.slice(0, 20_000).replace(/"(?:[^"]|"")*"/g, "");
}

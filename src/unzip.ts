// Reading an archive that somebody brings along: nothing in it is believed before it is measured.
import type { Readable } from "node:stream";
import { type Entry, fromBuffer, type ZipFile } from "yauzl";

/** It is no archive, or would unfold into more than anybody's data. */
export class BadArchive extends Error {}

const MOST_ENTRIES = 300;
const LARGEST_ENTRY = 256 * 1024 * 1024; // bytes, unfolded
const LARGEST_ARCHIVE = 512 * 1024 * 1024;
const LONGEST_LINE = 4 * 1024 * 1024; // characters

export type Archive = {
  names: string[];
  /** The lines of a text in it. @throws BadArchive while it is read */
  lines(name: string): AsyncGenerator<string>;
  close(): void;
};

/** @throws BadArchive */
export async function openArchive(bytes: Buffer): Promise<Archive> {
  const file = await opened(bytes);
  const entries = new Map<string, Entry>();
  let size = 0;
  for await (const entry of entriesOf(file)) {
    size += entry.uncompressedSize;
    if (entries.size >= MOST_ENTRIES || entry.uncompressedSize > LARGEST_ENTRY)
      throw new BadArchive("There is too much in this file");
    if (size > LARGEST_ARCHIVE) throw new BadArchive("There is too much in this file");
    entries.set(entry.fileName, entry);
  }
  return {
    names: [...entries.keys()],
    async *lines(name) {
      const entry = entries.get(name);
      if (entry) yield* linesOf(await contentOf(file, entry));
    },
    close: () => file.close(),
  };
}

// An entry that unfolds into more, or less, than it says is an error of its stream.
const CAREFUL = { lazyEntries: true, autoClose: false, validateEntrySizes: true };

function opened(bytes: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, CAREFUL, (error, file) => {
      if (error) reject(new BadArchive("This is no ZIP file"));
      else resolve(file);
    });
  });
}

async function* entriesOf(file: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      file.removeAllListeners();
      file.once("entry", resolve);
      file.once("end", () => resolve(undefined));
      file.once("error", () => reject(new BadArchive("This ZIP file is damaged")));
      file.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

function contentOf(file: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    file.openReadStream(entry, (error, stream) => {
      if (error) reject(new BadArchive("This ZIP file is damaged"));
      else resolve(stream);
    });
  });
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of stream.setEncoding("utf8")) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE) throw new BadArchive("A line of this file is too long");
      yield* lines;
    }
  } catch (error) {
    throw error instanceof BadArchive ? error : new BadArchive("This ZIP file is damaged");
  }
  if (rest !== "") yield rest;
}

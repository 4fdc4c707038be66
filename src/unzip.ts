// Reading an archive that somebody brings along: nothing in it is believed before it is measured.
import { Readable } from "node:stream";
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";

/** It is no archive, or would unfold into more than anybody's data. */
export class BadArchive extends Error {}

const MOST_ENTRIES = 300;
const LARGEST_ENTRY = 1024 ** 3; // bytes, unfolded; nothing of it is kept
const LARGEST_ARCHIVE = 2 * LARGEST_ENTRY;
const LONGEST_LINE = 4 * 1024 * 1024; // characters

/** A file that can be read from any place, its end excluded. */
export type Bytes = {
  size: number;
  read(start: number, end: number): AsyncIterable<Buffer>;
};

export type Archive = {
  names: string[];
  /** The lines of a text in it. @throws BadArchive while it is read */
  lines(name: string): AsyncGenerator<string>;
  close(): void;
};

/** @throws BadArchive; what reading the bytes throws */
export async function openArchive(bytes: Bytes): Promise<Archive> {
  const reader = new Reader(bytes);
  const file = await opened(reader, bytes.size);
  const entries = new Map<string, Entry>();
  let size = 0;
  for await (const entry of entriesOf(file, reader)) {
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
      if (entry) yield* linesOf(await contentOf(file, entry, reader), reader);
    },
    close: () => file.close(),
  };
}

// An entry that unfolds into more, or less, than it says is an error of its stream.
const CAREFUL = { lazyEntries: true, autoClose: false, validateEntrySizes: true };

/** Tells an archive that is wrong from bytes that could not be had. */
class Reader extends RandomAccessReader {
  readonly #bytes: Bytes;
  #failure: unknown;

  constructor(bytes: Bytes) {
    super();
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#read(start, end), { objectMode: false });
  }

  wrong(message: string): unknown {
    return this.#failure ?? new BadArchive(message);
  }

  async *#read(start: number, end: number): AsyncGenerator<Buffer> {
    try {
      yield* this.#bytes.read(start, end);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}

function opened(reader: Reader, size: number): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(reader, size, CAREFUL, (error, file) => {
      if (error) reject(reader.wrong("This is no ZIP file"));
      else resolve(file);
    });
  });
}

async function* entriesOf(file: ZipFile, reader: Reader): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      file.removeAllListeners();
      file.once("entry", resolve);
      file.once("end", () => resolve(undefined));
      file.once("error", () => reject(reader.wrong("This ZIP file is damaged")));
      file.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

function contentOf(file: ZipFile, entry: Entry, reader: Reader): Promise<Readable> {
  return new Promise((resolve, reject) => {
    file.openReadStream(entry, (error, stream) => {
      if (error) reject(reader.wrong("This ZIP file is damaged"));
      else resolve(stream);
    });
  });
}

async function* linesOf(stream: Readable, reader: Reader): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of stream.setEncoding("utf8")) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE) throw new BadArchive("A line of this file is too long");
      yield* lines;
    }
  } catch (error) {
    throw error instanceof BadArchive ? error : reader.wrong("This ZIP file is damaged");
  }
  if (rest !== "") yield rest;
}

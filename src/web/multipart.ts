// Forms with a file (multipart/form-data, RFC 7578), read as they arrive: the fields that come before
// the file, and the file as a stream that is read by whoever wants it.
import { BadRequest } from "../errors.ts";

export type FormWithFile = {
  fields: Record<string, string>;
  /** The first file that has anything in it. What follows it in the form is not read. */
  file?: { name: string; content: AsyncGenerator<Buffer> };
};

const LONGEST_HEAD = 8 * 1024; // bytes of a part's headers
const LONGEST_FIELDS = 64 * 1024; // of all fields together, names included
const END_OF_HEAD = Buffer.from("\r\n\r\n");

/** @throws BadRequest for what is no such form */
export async function readMultipart(
  body: AsyncIterable<Buffer>,
  boundary: string,
): Promise<FormWithFile> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line end before it.
  const source = new Source(body, Buffer.from("\r\n"));
  const fields: Record<string, string> = {};
  await collected(source.until(delimiter), LONGEST_HEAD);
  for (let left = LONGEST_FIELDS; ;) {
    const isLast = (await source.take(2)).toString() === "--";
    if (isLast) return { fields };
    const head = await collected(source.until(END_OF_HEAD), Math.min(LONGEST_HEAD, left));
    const { name, fileName } = namesIn(head.toString("utf8"));
    const content = source.until(delimiter);
    if (fileName === undefined) {
      left -= head.length;
      const value = await collected(content, left);
      left -= value.length;
      fields[name] = value.toString("utf8");
      continue;
    }
    const first = await content.next();
    if (!first.done)
      return { fields, file: { name: fileName, content: after(first.value, content) } };
  }
}

/** Bytes that are looked through for what ends a part. */
class Source {
  readonly #chunks: AsyncIterator<Buffer>;
  #waiting: Buffer;

  constructor(body: AsyncIterable<Buffer>, before: Buffer) {
    this.#chunks = body[Symbol.asyncIterator]();
    this.#waiting = before;
  }

  async take(length: number): Promise<Buffer> {
    while (this.#waiting.length < length) await this.#more();
    const taken = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    return taken;
  }

  /** What comes before a mark, which is taken as well. */
  async *until(mark: Buffer): AsyncGenerator<Buffer, undefined> {
    for (;;) {
      const found = this.#waiting.indexOf(mark);
      // The mark may have begun at the end of what is here.
      const ready = found >= 0 ? found : Math.max(0, this.#waiting.length - mark.length + 1);
      if (ready > 0) yield this.#waiting.subarray(0, ready);
      this.#waiting = this.#waiting.subarray(found >= 0 ? found + mark.length : ready);
      if (found >= 0) return undefined;
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done) throw new BadRequest("The form has no end");
    this.#waiting = Buffer.concat([this.#waiting, value]);
  }
}

async function* after(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function collected(content: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > most) throw new BadRequest("A part of the form is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Browsers write %22, %0D and %0A in names, and nothing else (HTML, multipart/form-data). */
function namesIn(head: string): { name: string; fileName?: string } {
  const line = /^content-disposition: *form-data;(.*)$/im.exec(head)?.[1] ?? "";
  const of = (key: string) => new RegExp(`(?:^|;) *${key}="([^"]*)"`, "i").exec(line)?.[1];
  const name = of("name");
  if (name === undefined) throw new BadRequest("A part of the form has no name");
  const fileName = of("filename");
  return fileName === undefined ? { name } : { name, fileName };
}

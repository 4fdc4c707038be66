import { type PassThrough, Readable } from "node:stream";
import { ZipFile } from "yazl";

/** A file in an archive; its content is asked for when its turn comes. */
export type ZipEntry = readonly [name: string, content: () => Readable];

/** A ZIP archive, made while it is read; it fails as a whole when one of its files fails. */
export function zip(entries: readonly ZipEntry[]): Readable {
  const archive = new ZipFile();
  const output = archive.outputStream as PassThrough;
  archive.on("error", (error: Error) => output.destroy(error));
  for (const [name, content] of entries)
    archive.addReadStreamLazy(name, (give) => give(null, content()));
  archive.end();
  return output;
}

/** A value as indented JSON. */
export function json(value: unknown): Readable {
  return Readable.from([`${JSON.stringify(value, null, 2)}\n`]);
}

import { openArchive } from "../../src/unzip.ts";

/** The texts in an archive, by name; each ends with its last line. */
export async function unzipped(bytes: Buffer): Promise<Record<string, string>> {
  const archive = await openArchive({
    size: bytes.length,
    async *read(start, end) {
      yield bytes.subarray(start, end);
    },
  });
  const files: Record<string, string> = {};
  for (const name of archive.names)
    for await (const line of archive.lines(name)) files[name] = `${files[name] ?? ""}${line}\n`;
  return files;
}

// Files that people take away.
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";

const TYPES = {
  csv: "text/csv; charset=utf-8",
  json: "application/json; charset=utf-8",
  zip: "application/zip",
};

export type FileName = `${string}.${keyof typeof TYPES}`;

/**
 * Sends a file as it is made. One that fails on the way is cut off, so that nobody takes a part for
 * the whole.
 */
export async function download(
  req: Request,
  res: Response,
  name: FileName,
  content: Readable,
): Promise<void> {
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1) as keyof typeof TYPES];
  res.setHeader("Content-Type", type);
  res.setHeader("Content-Disposition", `attachment; filename="${name}"`);
  res.setHeader("Cache-Control", "no-store");
  if (req.method === "HEAD") return void res.end();
  await pipeline(content, res).catch((error: NodeJS.ErrnoException) => {
    // She has gone away in the middle; that is her right.
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}

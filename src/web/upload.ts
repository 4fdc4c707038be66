// Forms with a file, from somebody signed in: the guard of the route has run before. The file is read
// by whoever takes it, and not before: who is refused sends it in vain.
import type { NextFunction, Request, Response } from "express";
import { BadRequest, HttpError } from "../errors.ts";
import { readMultipart } from "./multipart.ts";
import { allowLonger } from "./slow-senders.ts";

export type Upload = {
  name: string;
  /** @throws HttpError 413 while it is read, when it is longer than `most` bytes */
  content(most: number): AsyncGenerator<Buffer>;
};

const MEGABYTE = 1024 * 1024;

/** Middleware: the form's fields go where other forms' go, its file to `req.upload`. */
export async function readUpload(req: Request, _res: Response, next: NextFunction) {
  const type = req.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return next();
  if (req.person) allowLonger(req);
  const { fields, file } = await readMultipart(chunksOf(req), boundaryIn(type));
  req.body = fields;
  if (file) req.upload = { name: file.name, content: (most) => limited(file.content, most) };
  next();
}

/** All of a file that fits into memory. @throws HttpError 413 */
export async function bytesOf(upload: Upload, most: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(upload.content(most)));
}

function boundaryIn(type: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (!boundary) throw new BadRequest("The form has no boundary");
  return boundary;
}

/** Whoever stops reading leaves the connection open: an answer is still to go through it. */
function chunksOf(req: Request): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => req.iterator({ destroyOnReturn: false }) };
}

async function* limited(content: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > most)
      throw new HttpError(413, `The file is larger than ${Math.round(most / MEGABYTE)} MB`);
    yield chunk;
  }
}

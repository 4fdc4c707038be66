// Forms with a file (multipart/form-data, RFC 7578), read by the parser that Node itself has. Only
// from somebody signed in: the guard of the route has run before.
import { Transform, type TransformCallback } from "node:stream";
import { ReadableStream } from "node:stream/web";
import type { NextFunction, Request, Response } from "express";
import { BadRequest, HttpError } from "../errors.ts";

/** Bytes of a whole form; it is held in memory. */
export const LARGEST_UPLOAD = 16 * 1024 * 1024;

/** Middleware: the form's fields go where other forms' go, its file to `req.upload`. */
export async function readUpload(req: Request, _res: Response, next: NextFunction) {
  const type = req.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return next();
  const body: Record<string, string> = {};
  for (const [name, value] of await read(req, type)) {
    if (typeof value === "string") body[name] = value;
    else if (value.size > 0)
      req.upload = { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) };
  }
  req.body = body;
  next();
}

async function read(req: Request, type: string): Promise<FormData> {
  const limited = req.pipe(limit());
  const stream = ReadableStream.from(limited);
  try {
    return await new globalThis.Response(stream as never, {
      headers: { "content-type": type },
    }).formData();
  } catch (error) {
    throw limited.errored ?? new BadRequest((error as Error).message);
  }
}

function limit(): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _: string, done: TransformCallback) {
      length += chunk.length;
      const isTooLong = length > LARGEST_UPLOAD;
      done(isTooLong ? new HttpError(413, "The file is larger than 15 MB") : null, chunk);
    },
  });
}

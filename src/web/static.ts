// The stylesheet and the icon, read once and compressed once. Their address changes with their
// content (page.ts), so browsers may keep them for good.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, brotliCompressSync, gzipSync } from "node:zlib";
import type { Request, Response } from "express";
import { config } from "../../config/index.ts";

type Encoding = "br" | "gzip" | undefined;

export const serveStylesheet = serve("style.css", "text/css; charset=utf-8");
export const serveIcon = serve("icon.svg", "image/svg+xml");

function serve(file: string, type: string) {
  const plain = readFileSync(join(config.root, "public", file));
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  const bodies = { br: brotliCompressSync(plain, best), gzip: gzipSync(plain, { level: 9 }) };
  return (req: Request, res: Response) => {
    const encoding = encodingFor(req);
    const body = encoding ? bodies[encoding] : plain;
    res.setHeader("Content-Type", type);
    res.setHeader("Cache-Control", "public, max-age=31536000, immutable");
    res.setHeader("Vary", "Accept-Encoding");
    if (encoding) res.setHeader("Content-Encoding", encoding);
    res.setHeader("Content-Length", body.length);
    res.end(req.method === "HEAD" ? undefined : body);
  };
}

function encodingFor(req: Request): Encoding {
  const accepted = req.acceptsEncodings("br", "gzip");
  return accepted === "br" || accepted === "gzip" ? accepted : undefined;
}

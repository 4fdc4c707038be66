// helmet's headers, computed once and replayed. The policy allows no script at all, from anywhere,
// and nothing of another site's.
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { NextFunction, Request, Response } from "express";
import helmet from "helmet";
import { config } from "../../config/index.ts";

const YEAR = 365 * 24 * 60 * 60; // seconds

const headers = computed();

export function securityHeaders(_req: Request, res: Response, next: NextFunction): void {
  for (const [name, value] of headers) res.setHeader(name, value);
  next();
}

function computed(): Array<[string, string]> {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    strictTransportSecurity: config.secure && { maxAge: YEAR, includeSubDomains: true },
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
    crossOriginEmbedderPolicy: true,
  })(new IncomingMessage(new Socket()), res, () => undefined);
  const policy = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
  return [
    ...Object.entries(res.getHeaders()).map(([k, v]): [string, string] => [k, String(v)]),
    ["permissions-policy", policy],
  ];
}

// helmet's headers, computed once and replayed. The policy allows no script at all, from anywhere,
// and nothing of another site's; and nobody shows a page of ours in a frame, but whom a business
// has allowed its booking pages.
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { NextFunction, Request, Response } from "express";
import helmet from "helmet";
import { config } from "../../config/index.ts";

const YEAR = 365 * 24 * 60 * 60; // seconds

const POLICY = "content-security-policy";
const NOBODY = "frame-ancestors 'none'";

const headers = computed();
const closed = new Map(headers).get(POLICY) ?? "";

export function securityHeaders(_req: Request, res: Response, next: NextFunction): void {
  for (const [name, value] of headers) res.setHeader(name, value);
  next();
}

/** Lets pages of these origins, and of no others, show the answer in a frame. */
export function allowFrames(res: Response, origins: readonly string[]): void {
  if (origins.length === 0) return;
  res.locals.frameOrigins = origins;
  res.setHeader(POLICY, closed.replace(NOBODY, `frame-ancestors ${origins.join(" ")}`));
  // It knows "nobody" and "ourselves" only, and old browsers heed it alone: they show no frame.
  res.removeHeader("X-Frame-Options");
}

/** These origins. */
export function framesAllowed(res: Response): readonly string[] {
  return (res.locals.frameOrigins as readonly string[] | undefined) ?? [];
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

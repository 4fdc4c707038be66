import type { Request } from "express";
import { config } from "../../config/index.ts";
import { Forbidden } from "../errors.ts";

const ownOrigin = new URL(config.baseUrl).origin;

/**
 * The second, independent layer against forged posts: what the browser itself says of where a post
 * comes from. Text browsers say nothing, and then the token alone decides.
 * @throws Forbidden for a post from another site
 */
export function requireSameOrigin(req: Request): void {
  const site = req.headers["sec-fetch-site"];
  if (site !== undefined) {
    if (site === "same-origin" || site === "none") return;
    throw new Forbidden("The form came from another site");
  }
  const { origin } = req.headers;
  if (origin === undefined || origin === ownOrigin || origin === hostOrigin(req)) return;
  throw new Forbidden("The form came from another site");
}

// In development the site is reached by several names (localhost, 127.0.0.1).
function hostOrigin(req: Request): string | undefined {
  return config.production ? undefined : `http://${req.headers.host ?? ""}`;
}

import { Problem } from "./problem.ts";

/**
 * A program that says which version it has seen changes no other.
 * @throws Problem
 */
export function requireVersion(ifMatch: string | undefined, version: string): void {
  if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== version)
    throw new Problem("precondition-failed");
}

/** The version of what is answered. */
export function versionIn({ version }: { version: string }): string {
  return version;
}

/** The version of an If-Match header, without its quotes; undefined where there is none. */
export function versionAsked(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [, version] = /^\s*"([^"]*)"\s*$/.exec(header) ?? [];
  if (version === undefined && header.trim() !== "*")
    throw new Problem("bad-request", { detail: "If-Match takes one ETag as it was sent, or *" });
  return version ?? "*";
}

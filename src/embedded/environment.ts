// Completes the environment for everything that runs embedded. Must be loaded before config.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { dataDirectory, fillIn, isGiven } from "../../config/embedded.ts";
import { codeOf } from "./ports.ts";
import { redisPlace } from "./redis.ts";

/** Where our own Redis is to run; null where the operator named one. */
export const ownRedis = isGiven("REDIS_URL") ? null : usable(redisPlace);
/** Whether mails are to be caught here; not where the operator named a relay. */
export const ownMail = !isGiven("SMTP_URL");

fillIn({
  DATABASE_URL: `sqlite:${join(dataDirectory(), "plainbook.sqlite")}`,
  SECRET_KEY: isGiven("SECRET_KEY") ? "" : usable(secretKey),
  LOG_LEVEL: "warn", // the terminal belongs to the addresses
  UV_THREADPOOL_SIZE: "16", // SQLite, files and DNS share these threads
  ...(ownRedis ? { REDIS_URL: ownRedis.url } : {}),
});

// Made once and kept: what it sealed must open again after the next start.
function secretKey(dataDir: string): string {
  const path = join(dataDir, "secret.key");
  try {
    writeFileSync(path, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  return readFileSync(path, "utf8").trim();
}

function usable<T>(work: (dataDir: string) => T): T {
  try {
    mkdirSync(dataDirectory(), { recursive: true, mode: 0o700 });
    return work(dataDirectory());
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    process.stderr.write(`DATA_DIR: cannot be used (${why})\n`);
    return process.exit(1);
  }
}

// The web process as it must not be: it reads the address before the one who may, and leaks it to
// the place LEAK names. A run with this one must fail.
import { createHash } from "node:crypto";
import express from "express";
import { config } from "../../../config/index.ts";
import { createApp } from "../../../src/app.ts";
import { log } from "../../../src/log.ts";
import { openDatabase, run, transaction } from "../../../src/models/database.ts";
import { connectRedis, redis } from "../../../src/redis.ts";

const leaks: Record<string, (address: string) => unknown> = {
  log: (address) => log.info({ address }, "request"),
  /** A hash without a key is as good as the address. */
  redis: (address) => redis.incr(`limit:${createHash("sha256").update(address).digest("hex")}`),
  database(address) {
    const sql = "INSERT INTO referral_refusals (address_hash) VALUES ($address)";
    return transaction(() => run(`${sql} ON CONFLICT DO NOTHING`, { address }));
  },
};

const app = express();
app.use(async (req, _res, next) => {
  await leaks[process.env.LEAK ?? "log"]?.(String(req.headers["x-forwarded-for"]));
  next();
});
app.use(createApp());

await openDatabase();
await connectRedis();
app.listen(config.port, config.host);

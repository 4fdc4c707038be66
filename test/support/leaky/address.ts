// The web process as it must not be: it reads the address before the one who may, and leaks it to
// the log, to Redis and to the database. A run with this one must fail.
import { createHash } from "node:crypto";
import express from "express";
import { config } from "../../../config/index.ts";
import { createApp } from "../../../src/app.ts";
import { log } from "../../../src/log.ts";
import { openDatabase, run, transaction } from "../../../src/models/database.ts";
import { connectRedis, redis } from "../../../src/redis.ts";

const INSERT = `INSERT INTO referral_refusals (address_hash) VALUES ($address)
  ON CONFLICT DO NOTHING`;

const app = express();
app.use(async (req, _res, next) => {
  const address = String(req.headers["x-forwarded-for"]);
  log.info({ address }, "request");
  // A hash without a key is as good as the address.
  await redis.incr(`limit:${createHash("sha256").update(address).digest("hex")}`);
  await transaction(() => run(INSERT, { address }));
  next();
});
app.use(createApp());

await openDatabase();
await connectRedis();
app.listen(config.port, config.host);

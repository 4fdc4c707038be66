// The web process as it must not be: it logs what is posted. A run with this one must fail.
import express from "express";
import { config } from "../../../config/index.ts";
import { createApp } from "../../../src/app.ts";
import { log } from "../../../src/log.ts";
import { openDatabase } from "../../../src/models/database.ts";
import { connectRedis } from "../../../src/redis.ts";

const app = express();
app.use(express.urlencoded({ extended: false }), (req, _res, next) => {
  log.info({ body: JSON.stringify(req.body) }, "posted");
  next();
});
app.use(createApp());

await openDatabase();
await connectRedis();
app.listen(config.port, config.host);

// The least an Express application does, behind the same HTTP server as ours.
import express from "express";
import { createHttpServer } from "../../src/web/server.ts";

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.get("/", (_req, res) => {
  res.send("hello");
});
app.get("/healthz", (_req, res) => {
  res.send("ok");
});
createHttpServer(app).listen(Number(process.env.PORT), "127.0.0.1");

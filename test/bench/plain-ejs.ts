// The same bytes as one of our pages, as Express and EJS render them when nobody has thought about
// speed: res.render with the view cache on, no database, no headers, no tokens.
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import express from "express";
import { createHttpServer } from "../../src/web/server.ts";

type Page = { before: string; rows: Array<{ value: string; text: string }>; after: string };

const folder = mkdtempSync(join(tmpdir(), "plainbook-ejs-"));
writeFileSync(
  join(folder, "page.ejs"),
  '<%- before %><% for (const { value, text } of rows) { %><li><label><input type="radio" name="start" value="<%= value %>" required> <%= text %></label></li>\n<% } %><%- after %>',
);
const page = JSON.parse(process.env.PAGE ?? "{}") as Page;

const app = express();
app.disable("x-powered-by");
app.set("view engine", "ejs");
app.set("views", folder);
app.enable("view cache");
app.get("/healthz", (_req, res) => {
  res.send("ok");
});
app.get("/", (_req, res) => {
  res.render("page", page);
});
createHttpServer(app).listen(Number(process.env.PORT), "127.0.0.1");

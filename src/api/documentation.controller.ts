// The document for programs, and the page for people who write them: both from the same table.
import type { Request, Response } from "express";
import { config } from "../../config/index.ts";
import { remember } from "../domain/remember.ts";
import { scopes } from "../domain/scopes.ts";
import { DAY } from "../domain/time.ts";
import { page } from "../web/page.ts";
import { send } from "./answer.ts";
import { curlOf, type Row, rowsOf, textOf } from "./documentation.words.ts";
import type { ExampleTimes } from "./example.ts";
import { exampleTimes } from "./example.ts";
import { type Schema, schemaOf } from "./json-schema.ts";
import { LIMIT } from "./key.ts";
import { isConditional, openApi } from "./openapi.ts";
import { isUnsafe, type Operation, operationsOf } from "./operation.ts";
import { problems } from "./problem.ts";
import { routes } from "./routes.ts";
import { messageHeaders, messagesOn } from "./webhooks.document.ts";

// Examples are about the days to come, so both are made anew each day.
const documentOn = remember(2, (day: number) => openApi(routes, day * DAY));
const chaptersOn = remember(2, (day: number) => chapters(exampleTimes(day * DAY)));

export function document(req: Request, res: Response): void {
  res.setHeader("Cache-Control", "public, max-age=300");
  send(req, res, { status: 200, headers: {}, body: documentOn(today()) });
}

export function show(_req: Request, res: Response): void {
  const day = today();
  page(res, "api/documentation/show", {
    title: "For programmers",
    server: `${config.baseUrl}/api/v1`,
    limit: LIMIT,
    scopes: Object.entries(scopes),
    chapters: chaptersOn(day),
    messages: messagesIn(exampleTimes(day * DAY)),
    messageHeaders: Object.entries(messageHeaders),
    resources: Object.entries(documentOn(day).components.schemas).map(resourceOf),
    problems: Object.entries(problems).map(([type, [status, title, advice]]) => {
      return { type, status, title, advice };
    }),
  });
}

function today(): number {
  return Math.floor(Date.now() / DAY);
}

/** By noun, in the order of the table. */
function chapters(times: ExampleTimes) {
  const byNoun = Map.groupBy(operationsOf(routes), ({ noun }) => noun);
  return [...byNoun].map(([noun, operations]) => ({
    noun: `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`,
    operations: operations.map((operation) => inWords(operation, times)),
  }));
}

/** What webhooks are told, each event with its text. */
function messagesIn(times: ExampleTimes) {
  return messagesOn(times).map(({ event, words, example }) => {
    return { event, words, text: textOf(example) };
  });
}

function inWords(operation: Operation, times: ExampleTimes) {
  const { id, verb, path, scope, endpoint } = operation;
  const shown = endpoint.example(times);
  return {
    id,
    verb,
    path,
    scope,
    summary: endpoint.summary,
    description: endpoint.description,
    fields: [
      ...rowsOf(schemaOf(endpoint.params, "input", {}), "in the address"),
      ...rowsOf(schemaOf(endpoint.query, "input", {}), "in the query"),
      ...bodyRows(endpoint.body && schemaOf(endpoint.body, "input", {})),
    ],
    isConditional: isConditional(operation),
    isUnsafe: isUnsafe(operation),
    request: curlOf(operation, shown),
    status: endpoint.status,
    answer: endpoint.status === 204 ? undefined : textOf(shown.answer),
    refusals: endpoint.refusals,
  };
}

function bodyRows(schema: Schema | undefined): Row[] {
  return schema ? rowsOf(schema, "in the body") : [];
}

function resourceOf([name, schema]: [string, Schema]) {
  return { name, fields: rowsOf(schema, "") };
}

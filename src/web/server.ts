import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Express } from "express";
import { hurry, LONGEST } from "./slow-senders.ts";

/**
 * An HTTP server whose requests and responses have Express's prototypes from the start. Express
 * would else change the prototype of each, which V8 pays for with slow objects ever after.
 */
export function createHttpServer(app: Express): Server {
  return createServer(
    {
      IncomingMessage: withPrototype(IncomingMessage, app.request) as typeof IncomingMessage,
      ServerResponse: withPrototype(ServerResponse, app.response) as typeof ServerResponse,
      requestTimeout: LONGEST,
      headersTimeout: 15_000,
    },
    (req, res) => {
      hurry(req);
      app(req, res);
    },
  );
}

function withPrototype(base: new (...args: never[]) => object, prototype: object) {
  function Made(...args: unknown[]): object {
    return Reflect.construct(base, args, Made);
  }
  Made.prototype = prototype;
  return Made as unknown;
}

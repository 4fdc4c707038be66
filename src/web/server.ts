import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Express } from "express";

/**
 * An HTTP server whose requests and responses have Express's prototypes from the start. Express
 * would else change the prototype of each, which V8 pays for with slow objects ever after.
 */
export function createHttpServer(app: Express): Server {
  return createServer(
    {
      IncomingMessage: withPrototype(IncomingMessage, app.request) as typeof IncomingMessage,
      ServerResponse: withPrototype(ServerResponse, app.response) as typeof ServerResponse,
      // Slow senders must not hold a connection for good.
      requestTimeout: 30_000,
      headersTimeout: 15_000,
    },
    app,
  );
}

function withPrototype(base: new (...args: never[]) => object, prototype: object) {
  function Made(...args: unknown[]): object {
    return Reflect.construct(base, args, Made);
  }
  Made.prototype = prototype;
  return Made as unknown;
}

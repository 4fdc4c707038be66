// Somebody else's server: a webhook's target, or where a calendar is read. It hears everything and
// behaves as told.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { portOf } from "../../src/embedded/ports.ts";

export type Heard = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
export type Behaviour = (res: ServerResponse, heard: Heard) => unknown;
export type Target = Awaited<ReturnType<typeof startTarget>>;

/** Takes everything until told otherwise. */
export async function startTarget() {
  const heard: Heard[] = [];
  let behave: Behaviour = answering(204);
  const server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on("data", (part: Buffer) => parts.push(part));
    req.on("end", () => {
      const { method = "", url: path = "", headers } = req;
      const one = { method, path, headers, body: Buffer.concat(parts).toString() };
      heard.push(one);
      behave(res, one);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${portOf(server)}`;
  return {
    url,
    port: portOf(server),
    heard,
    behave(as: Behaviour): void {
      behave = as;
    },
    reset(): void {
      heard.length = 0;
      behave = answering(204);
    },
    /** Breaks off every connection. */
    hangUp(): void {
      server.closeAllConnections();
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function answering(status: number, headers: Record<string, string> = {}, body = "") {
  return (res: ServerResponse) => res.writeHead(status, headers).end(body);
}

/** Never says a word. */
export const silence: Behaviour = () => undefined;

/** Says one byte after the other, for ever. */
export async function dripping(res: ServerResponse): Promise<void> {
  res.writeHead(200);
  while (!res.destroyed) {
    res.write("x");
    await wait(20);
  }
}

/** Says more than anybody wants to hear. */
export async function flooding(res: ServerResponse): Promise<void> {
  res.writeHead(200);
  const megabyte = Buffer.alloc(2 ** 20);
  while (!res.destroyed)
    if (!res.write(megabyte))
      await new Promise((resolve) => res.once("drain", resolve).once("close", resolve));
}

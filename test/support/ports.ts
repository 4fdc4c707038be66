// Ports for servers that are started later, or again: a number is known before anybody listens.
import { createServer } from "node:net";

// Below what systems hand out by themselves to clients and to servers that ask for any (32768 and
// up on Linux, 49152 elsewhere): those cannot take ours meanwhile. Above what Chromium refuses.
const FIRST = 12_000;
const COUNT = 20_000;

// Each process that runs beside others has a share of its own, and gives no number out twice.
const SHARE = 1000;
const first = Number(process.env.PORTS_FROM ?? Math.floor(Math.random() * COUNT));
let next = first;
let shares = 0;

/** Where a process that we start is to begin, told to it as PORTS_FROM. */
export function shareOfPorts(): string {
  return String(first + ++shares * SHARE);
}

/** A port of the loopback address nobody listens on, and that is given out once in this process. */
export async function freePort(): Promise<number> {
  const port = FIRST + (next++ % COUNT);
  return (await isFree(port)) ? port : freePort();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}

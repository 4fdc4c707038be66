// Where something personal could end up: what the canary scanner searches.
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createClient, RESP_TYPES } from "redis";
import type { Piece, Sink } from "./canary.ts";
import type { Postgres } from "./servers.ts";

/** Files, and all files below folders: database, WAL, append-only file, logs, temporary files. */
export function files(...paths: string[]): Sink {
  return () => paths.filter((path) => existsSync(path)).flatMap((path) => below(path));
}

/**
 * The same without what has not changed since an instant, and so holds nothing planted later: most
 * of a database server's folder is the same as when it was made.
 */
export function filesChangedSince(instant: number, ...paths: string[]): Sink {
  const isNew = (path: string) => (statOf(path)?.mtimeMs ?? 0) >= instant;
  return () => paths.filter((path) => existsSync(path)).flatMap((path) => below(path, isNew));
}

/** All rows as SQL, which also shows what PostgreSQL stores compressed. */
export function postgresDump(postgres: Postgres): Sink {
  return () => [{ where: "pg_dump", bytes: Buffer.from(postgres.dump()) }];
}

/** Names and values of all keys of all types, streams with their groups. */
export function redisContents(url: string): Sink {
  return () =>
    withRedis(url, async (ask) => {
      const pieces: Piece[] = [];
      let cursor = "0";
      do {
        const [next, names] = listOf(await ask("SCAN", cursor, "COUNT", "1000"));
        cursor = String(next);
        for (const name of listOf(names).filter((n) => Buffer.isBuffer(n)))
          pieces.push(await contentsOf(name, ask));
      } while (cursor !== "0");
      return pieces;
    });
}

/** The commands Redis found slow: all of them after `CONFIG SET slowlog-log-slower-than 0`. */
export function slowlog(url: string): Sink {
  return () =>
    withRedis(url, async (ask) => [
      { where: "SLOWLOG", bytes: bytesOf(await ask("SLOWLOG", "GET", "-1")) },
    ]);
}

/** Every command from now on until `stop`, also over restarts of Redis. */
export async function monitor(port: number): Promise<{ sink: Sink; stop: () => void }> {
  const heard: Buffer[] = [];
  let socket: Socket | undefined;
  let stopped = false;
  const listen = async () => {
    socket = connect(port, "127.0.0.1", () => socket?.write("MONITOR\r\n"));
    socket.on("data", (chunk: Buffer) => heard.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (!stopped) setTimeout(() => void listen(), 20);
    });
    while (heard.length === 0) await wait(5);
  };
  await listen();
  return {
    sink: () => [{ where: "MONITOR", bytes: Buffer.concat(heard) }],
    stop() {
      stopped = true;
      socket?.destroy();
    },
  };
}

/** What processes print: call `record` with each as it is started. */
export function output(): { sink: Sink; record: (child: ChildProcess) => void } {
  const heard: Buffer[] = [];
  return {
    sink: () => [{ where: "output", bytes: Buffer.concat(heard) }],
    record(child) {
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (chunk: Buffer | string) => heard.push(Buffer.from(chunk)));
    },
  };
}

function below(path: string, wanted: (path: string) => boolean = () => true): Piece[] {
  if (!statOf(path)?.isDirectory()) return read(path);
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  const placed = entries.map((entry) => ({ entry, where: join(entry.parentPath, entry.name) }));
  // A file's name is a place to leak into as well.
  const names = Buffer.from(placed.map(({ where }) => where).join("\n"));
  const found = placed.filter(({ entry, where }) => entry.isFile() && wanted(where));
  return [
    { where: `names in ${path}`, bytes: names },
    ...found.flatMap(({ where }) => read(where)),
  ];
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}

function read(path: string): Piece[] {
  try {
    return [{ where: path, bytes: readFileSync(path) }];
  } catch (error) {
    // A server may have removed it since it was listed.
    if (!existsSync(path)) return [];
    throw error;
  }
}

type Ask = (...command: Array<string | Buffer>) => Promise<unknown>;

async function withRedis<T>(url: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = createClient({ url });
  await client.connect();
  const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer };
  try {
    return await work((...command) => client.sendCommand(command, { typeMapping }));
  } finally {
    client.destroy();
  }
}

const readings: Record<string, (name: Buffer) => Array<Array<string | Buffer>>> = {
  string: (name) => [["GET", name]],
  hash: (name) => [["HGETALL", name]],
  list: (name) => [["LRANGE", name, "0", "-1"]],
  set: (name) => [["SMEMBERS", name]],
  zset: (name) => [["ZRANGE", name, "0", "-1", "WITHSCORES"]],
  stream: (name) => [
    ["XRANGE", name, "-", "+"],
    ["XINFO", "STREAM", name, "FULL"],
  ],
};

async function contentsOf(name: Buffer, ask: Ask): Promise<Piece> {
  const where = `Redis key ${name.toString()}`;
  const type = String(await ask("TYPE", name));
  if (type === "none") return { where, bytes: name };
  const commands = readings[type]?.(name);
  if (!commands) throw new Error(`no reading for a Redis ${type}`);
  const contents = [];
  for (const command of commands) contents.push(bytesOf(await ask(...command)));
  return { where, bytes: Buffer.concat([name, Buffer.from("\n"), ...contents]) };
}

function listOf(reply: unknown): unknown[] {
  return Array.isArray(reply) ? reply : [];
}

// Parts are set apart by a zero byte, which joins no two of them into something that is not there.
function bytesOf(reply: unknown): Buffer {
  if (Buffer.isBuffer(reply)) return Buffer.concat([reply, Buffer.alloc(1)]);
  if (Array.isArray(reply)) return Buffer.concat(reply.map(bytesOf));
  if (typeof reply === "object" && reply !== null) return bytesOf(Object.entries(reply));
  return Buffer.from(`${String(reply)}\0`);
}

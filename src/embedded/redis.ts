// A Redis of our own, reached by a socket in the data directory that only this user may open.
import { createHash } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type Child, launch } from "./children.ts";

export type RedisPlace = { dir: string; socket: string; url: string };

/** Where the Redis of this data directory lives. Makes the directory. */
export function redisPlace(dataDir: string): RedisPlace {
  const dir = join(dataDir, "redis");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const socket = socketPath(dir);
  return { dir, socket, url: `unix://${pathToFileURL(socket).pathname}` };
}

/** Whether a Redis answers there: another of us is at work on the same data, or has just ended. */
export function redisAnswers(target: { path: string } | { port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...target, timeout: 1000 });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => answer(/^(\+PONG|-NOAUTH)/.test(data.toString())));
    socket.once("error", () => answer(false));
    socket.once("timeout", () => answer(false));
  });
}

export function launchRedis({ dir, socket }: RedisPlace): Child {
  return launchRedisServer({
    dir,
    port: "0",
    unixsocket: socket,
    unixsocketperm: "700",
    ...DURABLE,
    ...DISCREET,
  });
}

/**
 * A `redis-server` with these settings, which it reads from its standard input: they stay out of
 * the list of processes and off the disk.
 */
export function launchRedisServer(settings: Record<string, string>): Child {
  const all = { ...ALWAYS, ...settings };
  const input = Object.entries(all).map(([name, value]) => `${name} ${JSON.stringify(value)}\n`);
  return launch("redis-server", ["-"], { input: input.join(""), quiet: true });
}

/** @throws Error with its last words when it ends, or does not answer in time. */
export async function redisIsUp(child: Child, target: { path: string } | { port: number }) {
  const ended = child.ended.then(() => true);
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt;) {
    if (await redisAnswers(target)) return;
    if (await Promise.race([ended, wait(20, false)])) break;
  }
  throw new Error(`redis-server did not start: ${child.lastWords()}`);
}

// The queues (BullMQ) must lose nothing to eviction.
const ALWAYS = { "maxmemory-policy": "noeviction", save: "" };

// Sessions and counts outlive a stop and a crash. What was deleted leaves the file soon: the log is
// written anew whenever it has doubled, from 1 MB on.
const DURABLE = {
  appendonly: "yes",
  appendfsync: "everysec",
  "auto-aof-rewrite-min-size": "1mb",
};

// Neither commands nor their arguments are kept for looking at.
const DISCREET = { "slowlog-log-slower-than": "-1", loglevel: "warning" };

const LONGEST_SOCKET_PATH = 100; // bytes; systems allow 103 to 107

function socketPath(dir: string): string {
  const path = join(dir, "redis.sock");
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  const name = createHash("sha256").update(dir).digest("hex").slice(0, 16);
  const short = join(tmpdir(), `plainbook-${name}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  if (statSync(short).uid !== process.getuid?.()) throw new Error(`${short} is somebody else's`);
  return join(short, "redis.sock");
}

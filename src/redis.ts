// One Redis library serves sessions, limits and queues (node-redis).
import { createNodeRedisClient, RedisConnection } from "bullmq";
import { createClient } from "redis";
import { ConfigError } from "../config/environment.ts";
import { config } from "../config/index.ts";
import { log } from "./log.ts";
import { within } from "./within.ts";

const options = connectionOptions(config.redisUrl);

/**
 * The shared client for sessions and limits. Commands fail at once while Redis is away instead of
 * queueing: a page that can do without it must not wait. It asks for a sign of life each second, so
 * a Redis that hangs is away after three; the clients of queues are silent for longer.
 */
export const redis = createClient({
  ...options,
  socket: { ...options.socket, socketTimeout: 3000 },
  pingInterval: 1000,
  disableOfflineQueue: true,
});
redis.on("error", (error) => log.warn({ error }, "redis connection failed"));

let connecting: Promise<unknown> | undefined;

/** Starts connecting once; resolves when Redis answers. Reconnects by itself from then on. */
export function connectRedis(): Promise<unknown> {
  connecting ??= redis.connect();
  return connecting;
}

const PATIENCE = 500; // ms that a page waits for what it can do without
const RESPITE = 5000; // ms in which Redis is not asked again after it did not answer

let silentUntil = 0;

/** What Redis answers, or undefined while it is away, fails, or does not answer soon. */
export async function askRedis<T>(ask: () => Promise<T>): Promise<T | undefined> {
  if (!redis.isReady || Date.now() < silentUntil) return undefined;
  try {
    const answer = ask();
    if (await within(PATIENCE, answer)) return await answer;
    silentUntil = Date.now() + RESPITE;
    throw new Error("Redis does not answer");
  } catch (error) {
    log.warn({ error }, "done without Redis");
    return undefined;
  }
}

// Each BullMQ queue and worker makes its connections here and closes them itself. A worker's has a
// name, by which it is counted.
RedisConnection.clientFactory = ({ connectionName: name }: { connectionName?: string }) => {
  const client = createClient({ ...options, ...(name ? { name } : {}) });
  client.on("error", (error) => log.warn({ error }, "queue connection failed"));
  return createNodeRedisClient(client);
};

/**
 * The queues must lose nothing to eviction.
 * @throws ConfigError when Redis says that it evicts; one that does not say is believed
 */
export async function requireNoEviction(): Promise<void> {
  const told = await redis.configGet("maxmemory-policy").catch((error: unknown) => {
    log.warn({ error }, "Redis does not tell its maxmemory-policy, which must be noeviction");
  });
  const policy = told?.["maxmemory-policy"];
  if (policy !== undefined && policy !== "noeviction")
    throw new ConfigError(`REDIS_URL: maxmemory-policy must be noeviction there, not ${policy}`);
}

export async function closeRedis(): Promise<void> {
  if (redis.isOpen) redis.destroy();
  await connecting?.catch(() => undefined);
}

function connectionOptions(text: string) {
  const socket = { reconnectStrategy: (tries: number) => Math.min(tries * 50, 1000) };
  if (!text.startsWith("unix:")) return { url: text, socket };
  return { socket: { ...socket, path: decodeURIComponent(new URL(text).pathname) } };
}

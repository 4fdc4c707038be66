// Sessions in Redis under the hash of their id, so that whoever reads Redis cannot sign in with it.
import { RedisStore } from "connect-redis";
import type { SessionData } from "express-session";
import { redis } from "../redis.ts";
import { hashToken } from "../secrets.ts";

type Done = (error?: unknown) => void;

export const IDLE_SECONDS = 12 * 60 * 60;
const TOMBSTONE_SECONDS = 60 * 60; // longer than any request that could still write

// A slow request that ends after signing out must not write its session back.
const SET_UNLESS_BURIED = `
  if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
  return 1`;

class SessionStore extends RedisStore {
  constructor() {
    super({ client: redis, prefix: "session:", ttl: IDLE_SECONDS });
  }

  override get(id: string, done?: (error: unknown, data?: SessionData | null) => void) {
    return super.get(hashToken(id), done as never);
  }

  override async set(id: string, data: SessionData, done?: Done) {
    const key = hashToken(id);
    await settle(done, () =>
      redis.eval(SET_UNLESS_BURIED, {
        keys: [`session:${key}`, `buried:${key}`],
        arguments: [JSON.stringify(data), String(IDLE_SECONDS)],
      }),
    );
  }

  override touch(id: string, data: SessionData, done?: Done) {
    return super.touch(hashToken(id), data, done as never);
  }

  override async destroy(id: string, done?: Done) {
    const key = hashToken(id);
    await settle(done, () =>
      redis
        .multi()
        .del(`session:${key}`)
        .set(`buried:${key}`, "1", { expiration: { type: "EX", value: TOMBSTONE_SECONDS } })
        .exec(),
    );
  }
}

export const sessionStore = new SessionStore();

async function settle(done: Done | undefined, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!done) throw error;
    done(error);
    return;
  }
  done?.();
}

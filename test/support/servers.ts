// Real servers for tests: on free loopback ports, in folders of their own, gone when we are.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Child } from "../../src/embedded/children.ts";
import { freePort } from "./ports.ts";
import { launchRedisServer, redisIsUp } from "../../src/embedded/redis.ts";

export { type Postgres, startPostgres } from "./postgres.ts";
export { type Behaviour, type Received, type SmtpSink, startSmtpSink } from "./smtp-sink.ts";

export type Redis = {
  url: string;
  port: number;
  dir: string;
  readonly pid: number;
  /** Ends it, by default as an operator would; "SIGKILL" as a crash. Its files stay until `remove`. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port with the same files. */
  restart(signal?: NodeJS.Signals): Promise<void>;
};

export type RedisOptions = {
  /** Writes every command to a file at once, uncompressed, so that a leak can be found there. */
  appendonly?: boolean;
  /** Where its files are: one that exists is kept after `stop`. */
  dir?: string;
};

const PATIENCE = 10_000; // ms

export async function startRedis({ appendonly = false, dir }: RedisOptions = {}): Promise<Redis> {
  const folder = dir ?? mkdtempSync(join(tmpdir(), "plainbook-redis-"));
  let { child, port } = await retried(async () => {
    const free = await freePort();
    return { port: free, child: await up(free, folder, appendonly) };
  });
  const end = async (signal?: NodeJS.Signals) => void (await child.stop(PATIENCE, signal));
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir: folder,
    get pid() {
      return child.pid;
    },
    async stop(signal) {
      await end(signal);
      if (dir === undefined) rmSync(folder, { recursive: true, force: true });
    },
    async restart(signal) {
      await end(signal);
      child = await up(port, folder, appendonly);
    },
  };
}

async function up(port: number, dir: string, appendonly: boolean): Promise<Child> {
  const child = launchRedisServer({
    bind: "127.0.0.1",
    port: String(port),
    dir,
    appendonly: appendonly ? "yes" : "no",
    appendfsync: "always",
    "aof-use-rdb-preamble": "no",
    rdbcompression: "no",
  });
  await redisIsUp(child, { port });
  return child;
}

// Between finding a free port and using it, somebody else may have been quicker.
async function retried<T>(attempt: () => Promise<T>, tries = 3): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (tries <= 1) throw error;
    return retried(attempt, tries - 1);
  }
}

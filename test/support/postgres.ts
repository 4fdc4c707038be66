// A PostgreSQL for tests: its own cluster in a temporary folder, fast because it need not be safe.
import { execFileSync } from "node:child_process";
import { appendFileSync, chownSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { userInfo, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { type Child, launch } from "../../src/embedded/children.ts";
import { freePort } from "./ports.ts";

export type Postgres = {
  /** Of an empty database. */
  url: string;
  port: number;
  dir: string;
  /** What the server writes down, statements and errors included. */
  logFile: string;
  readonly pid: number;
  /** Makes one more empty database. */
  createDatabase(name: string): Promise<string>;
  /** Everything a database holds, as SQL. */
  dump(database?: string): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

export type PostgresOptions = {
  /** Writes statements and the values of refused rows into the log: what an operator must not do. */
  logDetail?: boolean;
};

const DATABASE = "plainbook";

export async function startPostgres({
  logDetail = false,
}: PostgresOptions = {}): Promise<Postgres> {
  const dir = mkdtempSync(join(tmpdir(), "plainbook-postgres-"));
  const as = serverUser();
  if (as) chownSync(dir, as.uid, as.gid);
  execFileSync(program("initdb"), ["-D", join(dir, "data"), ...INITDB], { ...as, stdio: "pipe" });
  const port = await freePort();
  appendFileSync(join(dir, "data/postgresql.conf"), settings(port, logDetail));
  // The log is a file of the server's own making; what it says before that is kept by us.
  const server = launch(program("postgres"), ["-D", join(dir, "data")], { as, quiet: true });
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  await isUp(server, url("postgres"));
  const createDatabase = async (name: string) => {
    await query(url("postgres"), `CREATE DATABASE "${name}"`);
    return url(name);
  };
  return {
    url: await createDatabase(DATABASE),
    port,
    dir,
    logFile: join(dir, "data/log/postgresql.log"),
    pid: server.pid,
    createDatabase,
    dump: (database = DATABASE) =>
      execFileSync(program("pg_dump"), ["--inserts", url(database)], { encoding: "utf8" }),
    async stop(signal = "SIGINT") {
      await server.stop(10_000, signal); // SIGINT: clients are cut off, nothing is lost
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const INITDB = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];

function settings(port: number, logDetail: boolean): string {
  const all: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    autovacuum_naptime: "10min",
    logging_collector: "on",
    log_directory: "log",
    log_filename: "postgresql.log",
    // As the guide for operators has it: the log names no row's values.
    log_error_verbosity: logDetail ? "default" : "terse",
    log_min_error_statement: logDetail ? "error" : "panic",
    log_statement: logDetail ? "all" : "none",
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join("");
}

async function isUp(server: Child, url: string): Promise<void> {
  const ended = server.ended.then(() => true);
  for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt;) {
    if (
      await query(url, "SELECT 1").then(
        () => true,
        () => false,
      )
    )
      return;
    if (await Promise.race([ended, wait(50, false)])) break;
  }
  throw new Error(`postgres did not start: ${server.lastWords()}`);
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client(url);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

// The server refuses to run as root.
function serverUser(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined;
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"])));
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

// Debian and others keep the programs out of PATH (config/setup.sh knows the same places).
const PLACES = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/lib/postgresql/*/bin",
  "/usr/libexec/postgresql*",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql*/bin",
  "/usr/local/opt/postgresql*/bin",
];

function program(name: string): string {
  const found = PLACES.flatMap((place) => globSync(join(place, name)).toSorted().toReversed());
  const [path] = found;
  if (!path) throw new Error(`${name} was not found: sh config/setup.sh test`);
  return path;
}

// What the environment may say, and what it means: pure, so that every refusal can be tested.
import { join, resolve } from "node:path";
import { z } from "zod";
import { isLoopback, proxyTest } from "../src/ip.ts";

export type Database =
  | { dialect: "sqlite"; storage: string }
  | { dialect: "postgres"; url: string };

/** Thrown for a value that cannot be used; the message is one line that names the variable. */
export class ConfigError extends Error {}

const port = z.coerce.number().int().min(1).max(65535);
const url = (...protocols: string[]) =>
  z.string().refine((text) => protocols.includes(protocolOf(text)), {
    message: `must be a URL starting with ${protocols.map((p) => `${p}//`).join(" or ")}`,
  });

const Environment = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  PORT: port.default(3000),
  HOST: z.string().min(1).optional(),
  BASE_URL: url("http:", "https:").optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(postgres(ql)?:\/\/.+|sqlite:.+)$/, "must be postgres://… or sqlite:path")
    .default("sqlite:var/plainbook.sqlite"),
  REDIS_URL: url("redis:", "rediss:", "unix:").default("redis://127.0.0.1:6379"),
  SMTP_URL: url("smtp:", "smtps:").default("smtp://127.0.0.1:1025"),
  DATA_DIR: z.string().min(1).default("var"),
  SECRET_KEY: z.string().optional(),
  TRUST_PROXY: z
    .string()
    .regex(/^(|\d+|[\w.:/, -]+)$/, "must be a number of proxies or their addresses, by commas")
    .default(""),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  GEO_DB_PATH: z.string().min(1).optional(),
  POSTAL_ADDRESS: z.string().min(1).optional(),
  MAIL_FROM: z.email("must be one mail address").default("post@plainbook.example"),
  METRICS_TOKEN: z.string().min(16, "must have 16 characters or more").optional(),
  OUTBOUND_LOOPBACK: z.enum(["allow"], "must be allow, or not set").optional(),
  OPERATORS_MAX: z.coerce.number().int().min(1).max(1000).default(5),
  DEMO_PASSWORD: z.string().min(8, "must have 8 characters or more").optional(),
});

export type Config = ReturnType<typeof parseEnvironment>;

/**
 * Reads the variables once, strictly.
 * @param root the folder relative paths are taken from
 * @throws ConfigError naming the first variable that is missing or wrong
 */
export function parseEnvironment(variables: Record<string, string | undefined>, root: string) {
  const env = parsed(variables);
  const production = env.NODE_ENV === "production";
  const baseUrl = (env.BASE_URL ?? `http://127.0.0.1:${env.PORT}`).replace(/\/+$/, "");
  if (production) requireForProduction(env, baseUrl);
  return Object.freeze({
    env: env.NODE_ENV,
    production,
    root,
    port: env.PORT,
    host: env.HOST ?? (production ? "0.0.0.0" : "127.0.0.1"),
    baseUrl,
    /** Whether browsers reach us by https: cookies are then `Secure` and HSTS is sent. */
    secure: baseUrl.startsWith("https://"),
    database: database(env.DATABASE_URL, root),
    redisUrl: env.REDIS_URL,
    smtpUrl: env.SMTP_URL,
    dataDir: resolve(root, env.DATA_DIR),
    secretKeys: secretKeys(env.SECRET_KEY),
    trustProxy: trustProxy(env.TRUST_PROXY),
    logLevel: env.LOG_LEVEL,
    geoDbPath: env.GEO_DB_PATH,
    postalAddress: env.POSTAL_ADDRESS ?? "Plainbook, 1 Example Street, Exampleton, EX 00000",
    mailFrom: env.MAIL_FROM,
    metricsToken: env.METRICS_TOKEN,
    /** Whether webhooks and calendars may lead to this machine, by http too. Never in production. */
    outboundLoopback: env.OUTBOUND_LOOPBACK === "allow",
    /** How many operators may have an agreement in force. */
    operatorsMax: env.OPERATORS_MAX,
    demoPassword: env.DEMO_PASSWORD,
  });
}

type Env = z.infer<typeof Environment>;

function parsed(variables: Record<string, string | undefined>): Env {
  const given = Object.entries(variables).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const result = Environment.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(`${String(issue?.path[0])}: ${issue?.message ?? "cannot be used"}`);
}

function requireForProduction(env: Env, baseUrl: string): void {
  if (!env.SECRET_KEY) throw new ConfigError("SECRET_KEY: is required in production");
  if (env.OUTBOUND_LOOPBACK)
    throw new ConfigError("OUTBOUND_LOOPBACK: must not be set in production");
  if (!env.POSTAL_ADDRESS) throw new ConfigError("POSTAL_ADDRESS: is required in production");
  if (!baseUrl.startsWith("https://"))
    throw new ConfigError("BASE_URL: must start with https:// in production");
  // https is somebody else's work, so somebody stands before us, through whom all addresses come.
  if (trustProxy(env.TRUST_PROXY) === 0)
    throw new ConfigError("TRUST_PROXY: is required in production, 1 or more, or addresses");
  if (!isPrivateRedis(env.REDIS_URL))
    throw new ConfigError(
      "REDIS_URL: must start with rediss:// in production, or stay on loopback",
    );
  if (!isPrivateDatabase(env.DATABASE_URL))
    throw new ConfigError(
      "DATABASE_URL: must say sslmode=verify-full in production, or stay on loopback",
    );
}

function isPrivateRedis(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol !== "redis:" || isLoopback(hostname);
}

function isPrivateDatabase(text: string): boolean {
  if (text.startsWith("sqlite:")) return true;
  if (!URL.canParse(text)) return false;
  const { hostname, searchParams } = new URL(text);
  if (searchParams.getAll("sslmode").at(-1) === "verify-full") return true;
  // The driver goes where the last `host` says, if there is any; a path is a socket's.
  const host = searchParams.getAll("host").at(-1) ?? hostname;
  return host === "" || /^(\/|%2f)/i.test(host) || isLoopback(host);
}

// A key that is retired stays behind the new one, by a comma, until what it sealed has expired.
const UNSAFE_KEY = "plainbook-development-key-not-secret";

function secretKeys(text = UNSAFE_KEY): readonly string[] {
  const keys = text.split(",").map((key) => key.trim());
  if (keys.some((key) => Buffer.byteLength(key) < 32))
    throw new ConfigError("SECRET_KEY: must have 32 bytes or more (several keys: by commas)");
  return Object.freeze(keys);
}

function database(text: string, root: string): Database {
  if (!text.startsWith("sqlite:")) return { dialect: "postgres", url: text };
  const path = text.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "");
  if (path === ":memory:")
    throw new ConfigError("DATABASE_URL: sqlite needs a file; :memory: loses transactions");
  return { dialect: "sqlite", storage: join(resolve(root, path)) };
}

function trustProxy(text: string): number | string[] {
  if (text === "") return 0;
  if (/^\d+$/.test(text)) return Number(text);
  const proxies = text.split(",").map((part) => part.trim());
  try {
    proxyTest(proxies);
  } catch (error) {
    throw new ConfigError(`TRUST_PROXY: ${(error as Error).message}`);
  }
  return proxies;
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : "";
}

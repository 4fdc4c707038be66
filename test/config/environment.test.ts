import assert from "node:assert/strict";
import { ConfigError, parseEnvironment } from "../../config/environment.ts";

const PRODUCTION = {
  NODE_ENV: "production",
  SECRET_KEY: "k".repeat(32),
  BASE_URL: "https://book.example",
  POSTAL_ADDRESS: "1 Main Street",
  TRUST_PROXY: "1",
};
const AWAY = "postgres://plainbook@db.example/plainbook";

describe("the environment", () => {
  it("has defaults for everything but production", () => {
    const config = parseEnvironment({}, "/srv");
    assert.equal(config.port, 3000);
    assert.equal(config.host, "127.0.0.1");
    assert.equal(config.baseUrl, "http://127.0.0.1:3000");
    assert.deepEqual(config.database, { dialect: "sqlite", storage: "/srv/var/plainbook.sqlite" });
    assert.equal(config.secure, false);
  });

  it("takes an empty value for a missing one", () => {
    assert.equal(parseEnvironment({ PORT: "" }, "/srv").port, 3000);
  });

  it("listens to the world in production, over https only", () => {
    const config = parseEnvironment(PRODUCTION, "/srv");
    assert.equal(config.host, "0.0.0.0");
    assert.equal(config.secure, true);
  });

  it("reads several keys, the newest first", () => {
    const [a, b] = ["a".repeat(32), "b".repeat(40)];
    assert.deepEqual(parseEnvironment({ SECRET_KEY: `${a}, ${b}` }, "/").secretKeys, [a, b]);
  });

  it("trusts proxies by number or by address", () => {
    assert.equal(parseEnvironment({ TRUST_PROXY: "2" }, "/").trustProxy, 2);
    assert.deepEqual(parseEnvironment({ TRUST_PROXY: "10.0.0.0/8, ::1" }, "/").trustProxy, [
      "10.0.0.0/8",
      "::1",
    ]);
  });

  for (const [name, value] of [
    ["TRUST_PROXY", "2"],
    ["TRUST_PROXY", "10.0.0.0/8, ::1"],
    ["REDIS_URL", "redis://localhost:6379"],
    ["REDIS_URL", "redis://127.0.0.1:6379/1"],
    ["REDIS_URL", "redis://[::1]:6379"],
    ["REDIS_URL", "rediss://:secret@redis.example:6379"],
    ["REDIS_URL", "unix:///run/redis.sock"],
    ["DATABASE_URL", "sqlite:var/plainbook.sqlite"],
    ["DATABASE_URL", "postgres://plainbook@127.0.0.1:5432/plainbook"],
    ["DATABASE_URL", "postgres://plainbook@[::1]/plainbook"],
    ["DATABASE_URL", "postgresql:///plainbook?host=/run/postgresql"],
    ["DATABASE_URL", "postgres://plainbook@%2Frun%2Fpostgresql/plainbook"],
    ["DATABASE_URL", `${AWAY}?sslmode=verify-full`],
    ["DATABASE_URL", `${AWAY}?application_name=a&sslmode=verify-full`],
  ] as const)
    it(`[P5.1] takes ${name}=${value} in production`, () => {
      assert.ok(parseEnvironment({ ...PRODUCTION, [name]: value }, "/srv").production);
    });

  it("takes a Redis and a database anywhere outside of production", () => {
    const away = { REDIS_URL: "redis://redis.example:6379", DATABASE_URL: AWAY };
    assert.equal(parseEnvironment(away, "/srv").redisUrl, away.REDIS_URL);
  });

  const refused: Array<[string, Record<string, string>]> = [
    ["PORT", { PORT: "http" }],
    ["PORT", { PORT: "70000" }],
    ["DATABASE_URL", { DATABASE_URL: "mysql://localhost/x" }],
    ["DATABASE_URL", { DATABASE_URL: "sqlite::memory:" }],
    ["REDIS_URL", { REDIS_URL: "localhost:6379" }],
    ["SMTP_URL", { SMTP_URL: "mail.example" }],
    ["BASE_URL", { BASE_URL: "book.example" }],
    ["SECRET_KEY", { SECRET_KEY: "short" }],
    ["SECRET_KEY", { SECRET_KEY: `${"k".repeat(32)},short` }],
    ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
    ["NODE_ENV", { NODE_ENV: "prod" }],
    ["MAIL_FROM", { MAIL_FROM: "nobody" }],
    ["METRICS_TOKEN", { METRICS_TOKEN: "short" }],
    ["DEMO_PASSWORD", { DEMO_PASSWORD: "short" }],
    ["OUTBOUND_LOOPBACK", { OUTBOUND_LOOPBACK: "1" }],
    ["OUTBOUND_LOOPBACK", { ...PRODUCTION, OUTBOUND_LOOPBACK: "allow" }],
    ["SECRET_KEY", { ...PRODUCTION, SECRET_KEY: "" }],
    ["POSTAL_ADDRESS", { ...PRODUCTION, POSTAL_ADDRESS: "" }],
    ["BASE_URL", { ...PRODUCTION, BASE_URL: "" }],
    ["BASE_URL", { ...PRODUCTION, BASE_URL: "http://book.example" }],
    ["TRUST_PROXY", { ...PRODUCTION, TRUST_PROXY: "" }],
    ["TRUST_PROXY", { ...PRODUCTION, TRUST_PROXY: "0" }],
    ["REDIS_URL", { ...PRODUCTION, REDIS_URL: "redis://redis.example:6379" }],
    ["REDIS_URL", { ...PRODUCTION, REDIS_URL: "redis://10.0.0.5:6379" }],
    ["REDIS_URL", { ...PRODUCTION, REDIS_URL: "redis://127.0.0.1.example:6379" }],
    ["DATABASE_URL", { ...PRODUCTION, DATABASE_URL: AWAY }],
    ["DATABASE_URL", { ...PRODUCTION, DATABASE_URL: `${AWAY}?sslmode=require` }],
    ["DATABASE_URL", { ...PRODUCTION, DATABASE_URL: `${AWAY}?sslmode=verify-ca` }],
    [
      "DATABASE_URL",
      { ...PRODUCTION, DATABASE_URL: `${AWAY}?sslmode=verify-full&sslmode=disable` },
    ],
    [
      "DATABASE_URL",
      { ...PRODUCTION, DATABASE_URL: "postgres://p@127.0.0.1/plainbook?host=db.example" },
    ],
  ];
  for (const [name, variables] of refused) {
    const given = JSON.stringify(variables[name]);
    const tag = /^(BASE|REDIS|DATABASE)_URL|^TRUST/.test(name) && variables.NODE_ENV;
    it(`${tag ? "[P5.1] " : ""}refuses ${name}=${given}${variables.NODE_ENV ? " in production" : ""} in one line that names it`, () => {
      assert.throws(
        () => parseEnvironment(variables, "/srv"),
        (error: Error) =>
          error instanceof ConfigError &&
          /^[A-Z_]+: [^\n]+$/.test(error.message) &&
          error.message.startsWith(`${name}:`),
      );
    });
  }
});

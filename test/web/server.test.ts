import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "../support/ports.ts";
import { formToken } from "../../src/web/form-token.ts";
import { isPostgres } from "../../src/models/database.ts";
import { until } from "../support/processes.ts";
import { upcoming, world } from "../support/world.ts";

const ROOT = join(import.meta.dirname, "../..");

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [join(ROOT, "src/server.ts")], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return { child, said: () => said };
}

function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

describe("a web process", () => {
  it("answers what has been asked when it is told to stop, and then ends", async () => {
    await world();
    const port = await freePort();
    const { child } = start({ PORT: String(port), BASE_URL: `http://127.0.0.1:${port}` });
    await until(() => isReady(port));
    const iso = upcoming(1, 600).iso;
    const body = new URLSearchParams({ _csrf: formToken(), start: iso }).toString();
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.write(
      `POST /book/anas-salon/haircut HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n` +
        body.slice(0, 20),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGTERM");
    await until(() =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    socket.write(body.slice(20));
    const [code] = (await once(child, "exit")) as [number | null];
    assert.equal(code, 0);
    assert.match(answer, /^HTTP\/1\.1 303 .*\r\n[^]*Location: \/book\/anas-salon\/holds\//i);
  });

  // What follows names its own database, or comes before any.
  if (isPostgres) return;

  it("does not start without its schema, and says what to do", async () => {
    const storage = join(String(process.env.DATA_DIR), `empty-${await freePort()}.sqlite`);
    const { child, said } = start({
      DATABASE_URL: `sqlite:${storage}`,
      PORT: String(await freePort()),
    });
    const [code] = (await once(child, "exit")) as [number | null];
    assert.equal(code, 1);
    assert.match(said(), /npm run migrate/);
  });

  it("does not start without its database, and says that it does not answer", async () => {
    const { child, said } = start({
      DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/nothing`,
      PORT: String(await freePort()),
    });
    const [code] = (await once(child, "exit")) as [number | null];
    assert.equal(code, 1);
    assert.equal(said(), "DATABASE_URL: the database does not answer\n");
  });

  it("says in one line which port is taken", async () => {
    await world();
    const port = await freePort();
    const other = (await import("node:net")).createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    const { child, said } = start({ PORT: String(port) });
    const [code] = (await once(child, "exit")) as [number | null];
    other.close();
    assert.equal(code, 1);
    assert.match(said(), /^PORT: [^\n]+\n$/);
  });
});

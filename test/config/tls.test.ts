import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]); // PostgreSQL's wire protocol
const NO = "N";

describe("sslmode=verify-full", () => {
  it("[P5.1] tells a database that has no TLS nothing, and ends the process", async () => {
    const said: Buffer[] = [];
    const database = createServer((socket) => {
      socket.on("error", () => undefined); // hung up on
      socket.on("data", (bytes: Buffer) => {
        said.push(bytes);
        socket.write(NO);
      });
    });
    await once(database.listen(0, "127.0.0.1"), "listening");
    const { port } = database.address() as AddressInfo;
    const DATABASE_URL = `postgres://plainbook:secret@127.0.0.1:${port}/plainbook?sslmode=verify-full`;
    const child = spawn(process.execPath, [join(ROOT, "src/server.ts")], {
      env: { ...process.env, PORT: "1", DATABASE_URL },
      stdio: "ignore",
    });
    const [code] = (await once(child, "exit")) as [number | null];
    database.close();
    assert.equal(code, 1);
    assert.ok(said.length > 0);
    for (const bytes of said) assert.deepEqual(bytes, SSL_REQUEST);
  });
});

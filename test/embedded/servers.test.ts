import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createTransport } from "nodemailer";
import { Client } from "pg";
import { createClient } from "redis";
import { startPostgres, startRedis, startSmtpSink, type SmtpSink } from "../support/servers.ts";
import { LATER, NEVER } from "../support/smtp-sink.ts";
import { isAlive } from "../support/processes.ts";

describe("a Redis for tests", () => {
  it("keeps what it was told over a restart, even over a crash, when it writes it down", async () => {
    const server = await startRedis({ appendonly: true });
    const client = createClient({ url: server.url });
    client.on("error", () => undefined);
    await client.connect();
    await client.set("canary", "Lorikeet");
    assert.equal((await client.configGet("maxmemory-policy"))["maxmemory-policy"], "noeviction");
    client.destroy();
    await server.restart("SIGKILL");
    const again = await createClient({ url: server.url }).connect();
    assert.equal(await again.get("canary"), "Lorikeet");
    await again.close();
    const [file] = globSync(join(server.dir, "appendonlydir/*.incr.aof"));
    assert.match(readFileSync(String(file), "latin1"), /Lorikeet/);
    const { pid } = server;
    await server.stop();
    assert.equal(isAlive(pid), false);
    assert.equal(existsSync(server.dir), false);
  });
});

async function refuse(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query("CREATE TABLE people (name TEXT PRIMARY KEY)");
  await client.query("INSERT INTO people VALUES ('Lorikeet')");
  await assert.rejects(client.query("INSERT INTO people VALUES ('Lorikeet')"));
  await client.end();
}

describe("a PostgreSQL for tests", () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    await server.stop();
    assert.equal(isAlive(server.pid), false);
  });

  it("has databases that can be dumped", async () => {
    await refuse(server.url);
    assert.match(server.dump(), /Lorikeet/);
    const other = new Client(await server.createDatabase("other"));
    await other.connect();
    await other.end();
    assert.doesNotMatch(server.dump("other"), /Lorikeet/);
  });

  it("writes nobody's data into its log", async () => {
    await wait(100);
    const text = readFileSync(server.logFile, "utf8");
    assert.match(text, /duplicate key/);
    assert.doesNotMatch(text, /Lorikeet/);
  });

  it("writes everything into it where that is asked for", async () => {
    const careless = await startPostgres({ logDetail: true });
    await refuse(careless.url);
    await wait(100);
    assert.match(readFileSync(careless.logFile, "utf8"), /DETAIL:.*Lorikeet/);
    await careless.stop("SIGQUIT");
  });
});

type Refusal = { code?: string; responseCode?: number; response?: string };

describe("an SMTP sink", () => {
  let sink: SmtpSink;
  before(async () => {
    sink = await startSmtpSink();
  });
  beforeEach(() => sink.reset());
  after(() => sink.stop());

  async function send(to: string, text = "x"): Promise<Refusal> {
    const transport = createTransport({ url: sink.url, socketTimeout: 500, greetingTimeout: 500 });
    const message = { from: "a@b.example", to, subject: "Tést", text };
    const refusal = await transport.sendMail(message).then(
      () => ({}),
      (error: Refusal) => error,
    );
    transport.close();
    return refusal;
  }

  it("keeps what it accepts, as it was sent", async () => {
    await send("ana@x.example", "One\n.two dots\n..three");
    const [mail] = await sink.arrived(1);
    assert.deepEqual([mail?.from, mail?.to], ["a@b.example", ["ana@x.example"]]);
    assert.match(String(mail?.source), /\r\n\r\nOne\r\n\.two dots\r\n\.\.three/);
  });

  it("refuses for now, and accepts the next time", async () => {
    sink.behave((_, attempt) => (attempt === 1 ? LATER : "accept"));
    assert.equal((await send("ana@x.example")).responseCode, 450);
    await send("ana@x.example");
    assert.equal(sink.mails.length, 1);
    assert.deepEqual(sink.tried, ["ana@x.example", "ana@x.example"]);
  });

  it("refuses one recipient for good and takes another", async () => {
    sink.behave((recipient) => (recipient.startsWith("no") ? NEVER : "accept"));
    assert.equal((await send("nobody@x.example")).responseCode, 550);
    await send("ana@x.example");
    assert.deepEqual(
      sink.mails.map(({ to }) => to),
      [["ana@x.example"]],
    );
  });

  it("answers in several lines", async () => {
    sink.behave({ at: "end", code: 554, text: ["5.7.1 Refused: ana@x.example", "see the rules"] });
    const error = await send("ana@x.example");
    assert.equal(error.responseCode, 554);
    assert.match(String(error.response), /see the rules/);
    assert.deepEqual(
      sink.received.map(({ accepted }) => accepted),
      [false],
    );
  });

  it("falls silent", async () => {
    sink.behave({ at: "end", silence: true });
    assert.equal((await send("ana@x.example")).code, "ETIMEDOUT");
  });

  it("hangs up in the middle of a mail, or after all of it", async () => {
    sink.behave({ at: "data", hangUp: true });
    assert.ok((await send("ana@x.example")).code);
    assert.equal(sink.received.length, 0);
    sink.behave({ at: "end", hangUp: true });
    assert.ok((await send("ana@x.example")).code);
    assert.equal(sink.received.length, 1);
  });

  it("takes commands and mails however they are cut into packets", async () => {
    const socket = connect(sink.port, "127.0.0.1").setNoDelay(true);
    const text =
      "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<zoë@x.example>\r\nDATA\r\nSubject: x\r\n\r\ny\r\n.\r\nQUIT\r\n";
    for (const byte of Buffer.from(text)) {
      socket.write(Buffer.from([byte]));
      await wait(0);
    }
    const [mail] = await sink.arrived(1);
    assert.deepEqual(mail?.to, ["zoë@x.example"]);
    assert.equal(mail?.source, "Subject: x\r\n\r\ny");
    socket.destroy();
  });
});

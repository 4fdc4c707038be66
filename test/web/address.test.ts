import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import express, { type Request } from "express";
import { hideAddresses, readAddress } from "../../src/web/address.ts";
import { createHttpServer } from "../../src/web/server.ts";

const FROM = "127.45.67.89"; // any 127.x.y.z reaches this machine, and says so
const CANARY = "81.123.45.67";

describe("a visitor's address [P3.4]", () => {
  let server: Server;
  let seen: Request | undefined;
  let look: (req: Request) => unknown;
  const agent = new Agent({ keepAlive: true, localAddress: FROM, maxSockets: 1 });

  before(async () => {
    const app = express();
    hideAddresses(app.request);
    app.use(readAddress, (req, res) => {
      seen = req;
      res.json(look(req) ?? null);
    });
    // On all addresses, IPv6 too: IPv4 then comes as ::ffff:127.45.67.89.
    server = createHttpServer(app).listen(0, "::");
    await once(server, "listening");
  });
  after(() => {
    agent.destroy();
    server.close();
    server.closeAllConnections();
  });

  async function ask<T>(
    what: (req: Request) => T,
    headers: IncomingHttpHeaders = {},
    options: object = { agent },
  ): Promise<T> {
    look = what;
    const { port } = server.address() as AddressInfo;
    const [res] = await once(get({ host: "127.0.0.1", port, headers, ...options }), "response");
    let text = "";
    for await (const chunk of res) text += String(chunk);
    assert.equal(res.statusCode, 200, text);
    return JSON.parse(text) as T;
  }

  it("cannot be read from the request, in any way", async () => {
    for (const round of ["a new connection", "the same connection"]) {
      const found = await ask((req) => [
        req.socket.remoteAddress,
        req.socket.remotePort,
        req.socket.remoteFamily,
        req.connection.remoteAddress,
        req.res?.socket?.remoteAddress,
      ]);
      assert.deepEqual(found, [null, null, null, null, null], round);
      const all = await ask((req) => inspect(req, { depth: 8, showHidden: true, getters: true }));
      assert.ok(all.length > 1000);
      assert.ok(!all.includes(FROM) && !all.includes("45.67.89"), round);
    }
  });

  it("makes who asks Express for it fail", async () => {
    for (const name of ["ip", "ips"] as const) {
      const failure = await ask((req) => {
        try {
          return String(req[name]);
        } catch (error) {
          return (error as Error).message;
        }
      });
      assert.match(failure, /only web\/address\.ts/);
    }
  });

  it("leaves Express otherwise whole", async () => {
    const found = await ask((req) => [req.protocol, req.secure, req.hostname, req.subdomains]);
    assert.deepEqual(found, ["http", false, "127.0.0.1", []]);
  });

  it("is a region and a bucket of 20 bits, the same for the same address", async () => {
    const first = await ask(known);
    assert.equal(first.region, "local");
    assert.match(first.bucket, /^[0-9a-f]{5}$/);
    assert.deepEqual(await ask(known), first);
    const elsewhere = await ask(known, {}, { localAddress: "127.45.67.90" });
    assert.notEqual(elsewhere.bucket, first.bucket);
  });

  it("answers whether it is in a network, unmapped, until the response has ended", async () => {
    const answers = await ask((req) =>
      [[FROM], ["10.0.0.0/8", "127.45.0.0/16"], ["127.45.67.88"], ["nonsense"], []].map((list) =>
        req.addressIsIn(list),
      ),
    );
    assert.deepEqual(answers, [true, true, false, false, false]);
    assert.equal(seen?.addressIsIn([FROM]), false);
  });

  it("is not what somebody nobody trusts writes into a header", async () => {
    const before = await ask(known);
    for (const header of ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"])
      assert.deepEqual(await ask(known, { [header]: CANARY }), before);
  });

  for (const header of [
    "X-Forwarded-For",
    "x-forwarded-for",
    "X-FORWARDED-FOR",
    "X-Original-Forwarded-For",
    "X-Vercel-Forwarded-For",
    "Forwarded",
    "X-Forwarded",
    "X-Real-IP",
    "X-Client-IP",
    "X-ClientIP",
    "Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "CF-Connecting-IPv6",
    "Cf-Pseudo-IPv4",
    "Fastly-Client-IP",
    "Fly-Client-IP",
    "X-Cluster-Client-IP",
    "X-Envoy-External-Address",
    "X-Azure-ClientIP",
    "X-Azure-SocketIP",
    "X-AppEngine-User-IP",
    "X-NF-Client-Connection-IP",
    "X-Originating-IP",
    "X-Remote-IP",
    "X-Remote-Addr",
    "Remote-Addr",
    "X-ProxyUser-Ip",
    "Proxy-Client-IP",
    "HTTP_CLIENT_IP",
  ]) {
    it(`is taken out of the header ${header}`, async () => {
      const text = await ask(
        (req) =>
          inspect([req.headers, req.rawHeaders, req.headersDistinct, req], {
            depth: 8,
            showHidden: true,
          }),
        { [header]: CANARY, "X-Forwarded-Proto": "https" },
      );
      assert.ok(!text.includes(CANARY));
      assert.ok(text.includes("x-forwarded-proto"));
      const names = await ask((req) => [...Object.keys(req.headers), ...req.rawHeaders], {
        [header]: CANARY,
      });
      assert.ok(!names.some((name) => name.toLowerCase() === header.toLowerCase()));
    });
  }

  it("is taken out of a header that is sent twice", async () => {
    const text = await ask((req) => inspect(req, { depth: 8 }), {
      "X-Forwarded-For": ["8.8.8.8", CANARY] as never,
    });
    assert.ok(!text.includes(CANARY) && !text.includes("8.8.8.8"));
  });

  it("stays out of reach when it has been read before", async () => {
    const text = await ask((req) => {
      const { region } = req;
      if (req.res) readAddress(req, req.res, () => undefined);
      return `${region} ${req.region}`;
    });
    assert.equal(text, "local local");
  });
});

function known(req: Request) {
  return { region: req.region, bucket: req.rateBucket, canary: req.addressIsIn([CANARY]) };
}

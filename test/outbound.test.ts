import assert from "node:assert/strict";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import http from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { isPublicAddress } from "../src/outbound-address.ts";
import {
  createOutbound,
  OutboundError,
  type OutboundRequest,
  problemWithUrl,
} from "../src/outbound.ts";
import { portOf } from "../src/embedded/ports.ts";
import {
  answering,
  dripping,
  flooding,
  silence,
  startTarget,
  type Target,
} from "./support/target.ts";

const PUBLIC = [
  "8.8.8.8",
  "1.1.1.1",
  "100.63.255.255",
  "100.128.0.1",
  "172.15.255.255",
  "172.32.0.1",
  "192.167.1.1",
  "2606:4700:4700::1111",
  "2a00:1450:4001:82a::200e",
  "::ffff:8.8.8.8",
  "64:ff9b::808:808",
];

const NOT_PUBLIC: Array<[why: string, ...addresses: string[]]> = [
  ["private", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  ["loopback", "127.0.0.1", "127.8.9.1", "::1"],
  ["unspecified", "0.0.0.0", "0.1.2.3", "::"],
  ["link-local, where clouds keep their keys", "169.254.169.254", "fe80::1", "fe80::1%eth0"],
  ["a carrier's own (RFC 6598)", "100.64.0.1", "100.127.255.255"],
  ["multicast and broadcast", "224.0.0.1", "239.1.1.1", "255.255.255.255", "ff02::1"],
  ["documentation", "192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1", "3fff::1"],
  ["benchmarks and protocols", "198.18.0.1", "192.0.0.8", "192.88.99.1", "2001:2::1", "240.0.0.1"],
  ["unique local and site-local", "fc00::1", "fd12:3456::1", "fec0::1"],
  ["mapped", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe"],
  ["embedded for NAT64", "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"],
  ["a NAT64 of somebody's own", "64:ff9b:1::808:808"],
  ["compatible, 6to4, Teredo", "::10.0.0.1", "2002:a00:1::", "2001::1"],
  ["not given out", "100::1", "4000::1", "5f00::1"],
  ["no address", "", "example.com", "8.8.8", "0x7f.1", "8.8.8.8:80", "[::1]"],
];

describe("[P4.2] an address to go to", () => {
  for (const address of PUBLIC)
    it(`${address} is public`, () => assert.equal(isPublicAddress(address), true));

  for (const [why, ...addresses] of NOT_PUBLIC)
    for (const address of addresses)
      it(`${address || "nothing"} is not: ${why}`, () =>
        assert.equal(isPublicAddress(address), false));
});

describe("[P4.2] a URL to go to", () => {
  const strict = { loopback: false };
  for (const url of [
    "https://hooks.example/a?b=c",
    "https://8.8.8.8:8443/",
    "https://[2606:4700::1]/",
  ])
    it(`${url} is good`, () => assert.equal(problemWithUrl(url, strict), undefined));

  const bad: Array<[problem: string, ...urls: string[]]> = [
    [
      "address",
      "",
      "hooks.example",
      "http://hooks.example/",
      "ftp://hooks.example/",
      "javascript:1",
    ],
    ["address", "file:///etc/passwd", "https://user:secret@hooks.example/", "http://127.0.0.1/"],
    ["private", "https://127.0.0.1/", "https://0x7f.1/", "https://2130706433/", "https://[::1]/"],
    ["private", "https://10.1/", "https://[::ffff:169.254.169.254]/", "https://127.0.0.1./"],
  ];
  for (const [problem, ...urls] of bad)
    for (const url of urls)
      it(`${url || "nothing"} is not: ${problem}`, () =>
        assert.equal(problemWithUrl(url, strict), problem));
});

describe("[P4.2] what goes out", () => {
  let target: Target;
  const local = createOutbound({ loopback: true });
  before(async () => {
    target = await startTarget();
  });
  beforeEach(() => target.reset());
  after(() => target.stop());

  function ask(more: Partial<OutboundRequest> = {}, send = local) {
    return send({ url: `${target.url}/hook`, most: 1000, within: 5000, ...more });
  }

  async function refusedAs(code: string, asked: Promise<unknown>): Promise<void> {
    const error = await asked.then(
      () => assert.fail("it was answered"),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof OutboundError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.message, `outbound ${code}`, "nothing of where it went");
  }

  /** As if the name had these addresses; says how often it was asked. */
  function naming(...answers: string[][]) {
    let asked = 0;
    const resolve = async () => {
      const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
      return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    };
    return { resolve, asked: () => asked };
  }

  const named = () => `http://target.example:${target.port}/hook`;

  it("says what it has to, and nothing of who asks", async () => {
    target.behave(answering(200, { etag: '"1"' }, "hello"));
    const answer = await ask({ method: "POST", body: "{}", headers: { "webhook-id": "1" } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.etag, '"1"');
    assert.equal(answer.body.toString(), "hello");
    const [{ headers, ...heard } = assert.fail()] = target.heard;
    assert.deepEqual(heard, { method: "POST", path: "/hook", body: "{}" });
    assert.deepEqual(Object.keys(headers).toSorted(), [
      "accept-encoding",
      "connection",
      "content-length",
      "host",
      "user-agent",
      "webhook-id",
    ]);
    assert.equal(headers["user-agent"], "Plainbook");
  });

  it("reaches nothing of this machine unless it was told that it may", async () => {
    const send = createOutbound();
    await refusedAs("address", ask({}, send));
    await refusedAs("private", ask({ url: `https://127.0.0.1:${target.port}/` }, send));
    await refusedAs("private", ask({ url: `https://localhost:${target.port}/` }, send));
    assert.equal(target.heard.length, 0);
  });

  it("goes nowhere by http but to this machine", async () => {
    const { resolve } = naming(["8.8.8.8"]);
    await refusedAs("address", ask({ url: named() }, createOutbound({ loopback: true, resolve })));
  });

  it("connects to the very address it has looked at, and asks for it once", async () => {
    const { resolve, asked } = naming(["127.0.0.1"], ["10.0.0.1"]);
    const send = createOutbound({ loopback: true, resolve });
    assert.equal((await ask({ url: named() }, send)).status, 204);
    assert.equal(asked(), 1);
    assert.equal(target.heard[0]?.headers.host, `target.example:${target.port}`);
  });

  it("is not led inside by a name that changes its meaning", async () => {
    const { resolve, asked } = naming(["192.168.1.1"], ["127.0.0.1"]);
    const send = createOutbound({ resolve });
    await refusedAs("private", ask({ url: "https://target.example/" }, send));
    assert.equal(asked(), 1);
  });

  it("refuses a name that has one private address among others", async () => {
    const { resolve } = naming(["8.8.8.8", "10.0.0.1"]);
    const send = createOutbound({ resolve });
    await refusedAs("private", ask({ url: "https://target.example/" }, send));
  });

  it("knows a name that has no address", async () => {
    const { resolve } = naming([]);
    await refusedAs(
      "unknown host",
      ask({ url: named() }, createOutbound({ resolve, loopback: true })),
    );
    const url = "https://no-such-host.invalid/";
    const error = await createOutbound()({ url, most: 1, within: 5000 }).catch((e: unknown) => e);
    assert.match((error as OutboundError).code, /unknown host|timeout/); // no resolver, no answer
  });

  it("waits only so long for a name", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const send = createOutbound({ resolve, loopback: true });
    await refusedAs("timeout", ask({ url: named(), within: 50 }, send));
  });

  it("waits only so long for a server that is silent", async () => {
    target.behave(silence);
    await refusedAs("timeout", ask({ within: 100 }));
  });

  it("waits only so long for one that says a byte at a time", async () => {
    target.behave(dripping);
    await refusedAs("timeout", ask({ within: 200 }));
  });

  it("reads only so much", async () => {
    target.behave(flooding);
    await refusedAs("too large", ask());
    target.behave(answering(200, {}, "x".repeat(1000)));
    assert.equal((await ask()).body.length, 1000);
  });

  it("reads nothing where only the status is wanted", async () => {
    target.behave(flooding);
    const { status, body } = await ask({ most: 0 });
    assert.deepEqual([status, body.length], [200, 0]);
  });

  it("takes no packed answer, for it could grow", async () => {
    target.behave(answering(200, { "content-encoding": "gzip" }, "x"));
    await refusedAs("unreadable", ask());
  });

  it("does not follow a redirect unless asked to, and looks at each", async () => {
    target.behave(answering(302, { location: "http://10.0.0.1/" }));
    assert.equal((await ask()).status, 302);
    await refusedAs("private", ask({ redirects: 3 }));
    target.behave(answering(302, { location: "file:///etc/passwd" }));
    await refusedAs("address", ask({ redirects: 3 }));
    target.behave(answering(301, { location: "/again" }));
    await refusedAs("redirected", ask({ redirects: 3 }));
    assert.equal(target.heard.length, 7);
    target.behave((res, { path }) =>
      path === "/hook" ? answering(307, { location: "/there" })(res) : answering(200)(res),
    );
    assert.equal((await ask({ redirects: 3 })).status, 200);
  });

  it("tells a closed door from a strange language", async () => {
    const closed = await startTarget();
    await closed.stop();
    await refusedAs("unreachable", ask({ url: closed.url }));
    target.behave((res) => res.socket?.end("SSH-2.0-OpenSSH\r\n"));
    await refusedAs("unreadable", ask());
  });

  it("goes through no proxy of the environment", async () => {
    const proxy = await startTarget();
    const restore = http.setGlobalProxyFromEnv({ http_proxy: proxy.url, https_proxy: proxy.url });
    assert.equal((await ask()).status, 204);
    restore();
    assert.equal(proxy.heard.length, 0);
    await proxy.stop();
  });

  it("[P5.1] says nothing to a server that cannot prove who it is", async () => {
    let heard = 0;
    const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, () => heard++);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { resolve } = naming(["127.0.0.1"]);
    const url = `https://target.example:${portOf(server)}/`;
    await refusedAs("certificate", ask({ url }, createOutbound({ loopback: true, resolve })));
    server.close();
    assert.equal(heard, 0);
  });
});

describe("[P4.1] the ways out", () => {
  // Each with what leads through it.
  const WAYS = {
    "src/outbound.ts": "webhooks and calendars",
    "src/embedded/start.ts": "asks its own web process whether it is ready",
    "src/embedded/redis.ts": "its own Redis",
  };

  it("are one module for HTTP, and none of the rest speaks it", () => {
    const root = join(import.meta.dirname, "..");
    const files = globSync("{src,workers}/**/*.ts", { cwd: root });
    assert.ok(files.length > 100);
    const SPEAKS =
      /(?<![.\w])fetch\(["'`u]|import (?!type)[^;]*\b(request|get|connect|https?)\b[^;]* from "node:(https?|http2|net|tls)"|from "undici"|new WebSocket/;
    const speaking = files.filter((file) => SPEAKS.test(readFileSync(join(root, file), "utf8")));
    assert.deepEqual(speaking.toSorted(), Object.keys(WAYS).toSorted());
  });
});

// Of nobody: made for this test, good for target.example, signed by itself.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgldanjop1M0b1QE9a
VCg3mxIN+DDqq6G5Hrt9tWU2bCWhRANCAAS0ipYaiQBVk4Seq/dsLrpDqGSV4DVt
hH0HCK+LoP9+faAD6/CHHhCXDMpnH1PcjSd4JcBfx7hkZZphqxMyePNY
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBpDCCAUqgAwIBAgIUGChzMAFm94he2Jquj91qHmnuIk0wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOdGFyZ2V0LmV4YW1wbGUwIBcNMjYxMTI1MTU1NzE2WhgPMjEy
NjExMDExNTU3MTZaMBkxFzAVBgNVBAMMDnRhcmdldC5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEtIqWGokAVZOEnqv3bC66Q6hkleA1bYR9Bwivi6D/
fn2gA+vwhx4QlwzKZx9T3I0neCXAX8e4ZGWaYasTMnjzWKNuMGwwHQYDVR0OBBYE
FKarALTMX0ypXc1XtSvohvMaMCWRMB8GA1UdIwQYMBaAFKarALTMX0ypXc1XtSvo
hvMaMCWRMA8GA1UdEwEB/wQFMAMBAf8wGQYDVR0RBBIwEIIOdGFyZ2V0LmV4YW1w
bGUwCgYIKoZIzj0EAwIDSAAwRQIgQRONTykOVzhQBthK3iY0bBlhFOz23Dbbhp+g
0CUo+a0CIQDigj8u6jTDVi2YxD3Tpbtaiq6R19Fw+4RONM5hc5rnuQ==
-----END CERTIFICATE-----`;

import assert from "node:assert/strict";
import express, { type Request } from "express";
import * as fc from "fast-check";
import { parseEnvironment } from "../../config/environment.ts";
import { senderOf, trustIn } from "../../src/web/proxies.ts";

const CLIENT = "198.51.100.7";
const PROXY = "10.0.0.1";

describe("who sent a request [P3.4]", () => {
  for (const [who, trust, peer, forwarded, sender] of [
    ["the peer, if nobody is trusted", 0, CLIENT, "8.8.8.8", CLIENT],
    ["whom the one proxy heard", 1, PROXY, CLIENT, CLIENT],
    ["not whom the client made up before it", 1, PROXY, `8.8.8.8, ${CLIENT}`, CLIENT],
    ["whom the farther of two proxies heard", 2, PROXY, `8.8.8.8, ${CLIENT}, 10.0.0.2`, CLIENT],
    ["the first of fewer addresses than proxies", 3, PROXY, CLIENT, CLIENT],
    ["the proxy, if it tells nothing", 1, PROXY, "", PROXY],
    ["the proxy, if what it tells is no address", 1, PROXY, `${CLIENT}, unknown`, PROXY],
    ["the peer, if it is none of the proxies", ["10.0.0.0/8"], CLIENT, "8.8.8.8", CLIENT],
    ["whom a listed proxy heard", ["10.0.0.0/8"], PROXY, `8.8.8.8, ${CLIENT}`, CLIENT],
    ["the first not listed", ["10.0.0.0/8"], PROXY, `8.8.8.8,${CLIENT},10.2.3.4`, CLIENT],
    ["whom a proxy on this machine heard", ["loopback"], "127.0.0.1", CLIENT, CLIENT],
    ["without its port", 1, PROXY, `${CLIENT}:51234`, CLIENT],
    ["without brackets", 1, PROXY, "[2001:db8::1]:443", "2001:db8::1"],
    ["unmapped", 1, PROXY, `::ffff:${CLIENT}`, CLIENT],
    ["nobody, if there is no peer and none is trusted", ["loopback"], undefined, CLIENT, undefined],
    ["whom a proxy on a socket file heard", 1, undefined, CLIENT, CLIENT],
  ] as const) {
    it(`is ${who}`, () => assert.equal(senderOf(peer, forwarded, trustIn(trust)), sender));
  }

  it("is who Express says it is", () => {
    const app = express();
    const trusts = fc.constantFrom(0, 1, 2, 5, ["loopback"], ["10.0.0.0/8", "uniquelocal"]);
    const address = fc.constantFrom(
      "10.0.0.1",
      "10.9.9.9",
      "127.0.0.1",
      CLIENT,
      "8.8.8.8",
      "fd00::1",
    );
    fc.assert(
      fc.property(trusts, address, fc.array(address, { maxLength: 5 }), (trust, peer, list) => {
        app.set("trust proxy", typeof trust === "number" ? trust || false : trust);
        const headers = list.length > 0 ? { "x-forwarded-for": list.join(", ") } : {};
        const socket = { remoteAddress: peer };
        const req = Object.create(app.request, {
          headers: { value: headers },
          socket: { value: socket },
          connection: { value: socket },
        }) as Request;
        assert.equal(senderOf(peer, list.join(", "), trustIn(trust)), req.ip);
      }),
      { numRuns: 500 },
    );
  });

  for (const wrong of ["everybody", "10.0.0.0/8, 10.0.0.0/99", "0.0.0.0/0"]) {
    it(`is not configured by TRUST_PROXY=${wrong}`, () => {
      assert.throws(() => parseEnvironment({ TRUST_PROXY: wrong }, "/"), /^Error: TRUST_PROXY: "/);
    });
  }

  it("cannot be asked of what is no network", () => {
    assert.throws(() => trustIn(["10.0.0.0/8", "everybody"]), /"everybody"/);
  });
});

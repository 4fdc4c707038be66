import assert from "node:assert/strict";
import { frameOrigin } from "../../src/domain/frames.ts";

describe("the origin of a website that may frame a page", () => {
  for (const [line, origin] of [
    ["https://www.example.com", "https://www.example.com"],
    ["https://www.example.com/", "https://www.example.com"],
    ["HTTPS://WWW.Example.COM:443/book.html?from=here#top", "https://www.example.com"],
    ["www.example.com", "https://www.example.com"],
    ["example.com:8443/book", "https://example.com:8443"],
    ["https://xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"],
    ["https://münchen.example", "https://xn--mnchen-3ya.example"],
  ] as const)
    it(`${line} is ${origin}`, () => {
      assert.equal(frameOrigin(line, false), origin);
      assert.equal(frameOrigin(line, true), origin);
    });

  for (const line of [
    "http://www.example.com",
    "https://",
    "https://example",
    "https://*.example.com",
    "*",
    "https:",
    "'self'",
    "https://a.example;script-src.example",
    "https://a.example,b.example",
    "https://a.example https://b.example",
    "https://ana:secret@a.example",
    "https://192.0.2.7",
    "https://[2001:db8::1]",
    "https://0xc0.0.2.7",
    "https://a.example.",
    "https://-a.example",
    "ftp://a.example",
    "data:text/html,x",
    "javascript://a.example/%0aalert(1)",
    "null",
  ])
    it(`${JSON.stringify(line)} is none`, () => {
      assert.equal(frameOrigin(line, true), undefined);
    });

  it("is of this machine only where that is allowed", () => {
    for (const origin of ["http://localhost:8080", "http://127.0.0.1", "https://localhost"]) {
      assert.equal(frameOrigin(`${origin}/page`, true), origin);
      assert.equal(frameOrigin(origin, false), undefined);
    }
  });
});

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { type Canary, type Kind, plant, scan } from "./canary.ts";

const kinds: Kind[] = ["name", "address", "phone", "ipv4", "ipv6"];

/** Scans bytes with the leak in the middle of much that is none. */
function scanBytes(leak: Buffer | string, ...canaries: Canary[]) {
  const bytes = Buffer.concat([randomBytes(5000), Buffer.from(leak), randomBytes(5000)]);
  return scan([() => [{ where: "bytes", bytes }]], canaries);
}

function raw(ipv4: Canary): Buffer {
  return Buffer.from(ipv4.text.split(".").map(Number));
}

function sha256(data: string | Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

const eachByte = (text: string, mark: string) =>
  [...Buffer.from(text)].map((b) => mark + b.toString(16).padStart(2, "0")).join("");
const inLines = (text: string) => text.replace(/.{9}/g, "$&=\r\n");
const encodings: Record<string, (text: string) => Buffer | string> = {
  "as it is": (text) => text,
  "in capitals": (text) => text.toUpperCase(),
  "in small letters": (text) => text.toLowerCase(),
  "in any mixture": (text) =>
    text
      .toLowerCase()
      .replace(/(.)(.)/gu, (_, one: string, two: string) => one.toUpperCase() + two),
  "in UTF-16LE": (text) => Buffer.from(text, "utf16le"),
  "in UTF-16BE": (text) => Buffer.from(text, "utf16le").swap16(),
  "in a URL": (text) => encodeURIComponent(text),
  "in a posted form": (text) => new URLSearchParams({ a: text }).toString(),
  "percent-encoded byte by byte": (text) => eachByte(text, "%").toUpperCase(),
  "quoted-printable": (text) => text.replace(/[^ -<>-~]/gu, (c) => eachByte(c, "=").toUpperCase()),
  "quoted-printable, broken into lines": inLines,
  "quoted-printable byte by byte": (text) => eachByte(text, "="),
  "as an encoded word": (text) =>
    `=?utf-8?Q?${text.replace(/[^\w]/gu, (c) => (c === " " ? "_" : eachByte(c, "=")))}?=`,
  "in base64": (text) => Buffer.from(text).toString("base64"),
  "in base64, one byte later": (text) => Buffer.from(`"${text}"`).toString("base64"),
  "in base64, two bytes later": (text) => Buffer.from(`: ${text} ;`).toString("base64"),
  "in base64, broken into lines": (text) =>
    Buffer.from(`x${text}y`).toString("base64").replace(/.{10}/g, "$&\r\n"),
  "in base64url": (text) => Buffer.from(`??>${text}>??`).toString("base64url"),
  "in base64, in small letters": (text) => Buffer.from(text.toLowerCase()).toString("base64"),
  "in base64 of UTF-16": (text) => Buffer.from(text, "utf16le").toString("base64"),
  "in hex": (text) => Buffer.from(text).toString("hex"),
  "in hex with capitals": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "as JSON escapes": (text) => JSON.stringify({ text }),
  "as MONITOR shows it": (text) => text.replace(/[^ -~]/gu, (c) => eachByte(c, "\\x")),
};
for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
  const digest = (text: string) => createHash(algorithm).update(text).digest();
  encodings[`hashed, ${algorithm}`] = digest;
  encodings[`hashed, ${algorithm} in hex`] = (text) => digest(text).toString("hex");
  encodings[`hashed, ${algorithm} in base64`] = (text) => digest(text).toString("base64");
  encodings[`hashed, ${algorithm} in base64url`] = (text) => digest(text).toString("base64url");
  encodings[`hashed in small letters, ${algorithm}`] = (text) =>
    digest(text.toLowerCase()).toString("hex");
  encodings[`hashed and cut, ${algorithm}`] = (text) => digest(text).toString("hex", 0, 10);
}

describe("the canary scanner's encodings", () => {
  for (const [name, encode] of Object.entries(encodings)) {
    it(`a leak ${name} is found [P6.2]`, async () => {
      for (const kind of kinds) {
        const canary = plant(kind);
        const found = await scanBytes(encode(canary.text), canary, plant(kind));
        assert.ok(found.length > 0, `${kind} ${canary.text}`);
        assert.deepEqual([...new Set(found.map((f) => f.canary))], [canary.text]);
      }
    });
  }

  it("half a name, a local part, a phone written otherwise are found [P6.2]", async () => {
    const [name, address, phone] = [plant("name"), plant("address"), plant("phone")];
    const local = phone.text.replace(/^\+1(...)(...)/, "($1) $2-");
    for (const [leak = "", canary] of [
      [name.text.split(" ")[1], name],
      [address.text.split("@")[0], address],
      [address.text.split("@")[1], address],
      [local, phone],
    ] as const)
      assert.ok((await scanBytes(leak, canary)).length > 0, leak);
  });

  it("an IPv4 address is found as bytes, as a number and inside IPv6 [P3.4]", async () => {
    const canary = plant("ipv4");
    const bytes = raw(canary);
    const hex = bytes.toString("hex");
    const leaks: Record<string, Buffer | string> = {
      bytes,
      reversed: Buffer.from([...bytes].toReversed()),
      number: String(bytes.readUInt32BE()),
      "number the other way round": String(bytes.readUInt32LE()),
      hex,
      "mapped text": `::ffff:${canary.text}`,
      "mapped hex": `::FFFF:${hex.slice(0, 4)}:${hex.slice(4)}`,
      "mapped bytes": Buffer.concat([Buffer.alloc(10), Buffer.from([255, 255]), bytes]),
      "hash of bytes": sha256(bytes),
    };
    for (const [name, leak] of Object.entries(leaks))
      assert.ok((await scanBytes(leak, canary)).length > 0, name);
  });

  it("an IPv6 address is found as bytes and by its network [P3.4]", async () => {
    const canary = plant("ipv6");
    const bytes = Buffer.from(canary.text.replaceAll(":", ""), "hex");
    const network = `${canary.text.split(":").slice(0, 4).join(":")}::/64`;
    for (const leak of [
      bytes,
      bytes.toString("hex"),
      bytes.toString("base64"),
      sha256(bytes),
      network,
    ])
      assert.ok((await scanBytes(leak, canary)).length > 0);
  });

  it("four raw bytes alone are chance, those of two canaries are not [P3.4]", async () => {
    const [one, two] = [plant("ipv4"), plant("ipv4")];
    assert.deepEqual(await scanBytes(raw(one), one, two), []);
    const both = Buffer.concat([raw(one), Buffer.alloc(9), raw(two)]);
    assert.equal((await scanBytes(both, one, two)).length, 2);
  });

  it("nothing is found where nothing is [P6.2]", async () => {
    const canaries = kinds.flatMap((kind) => [plant(kind), plant(kind)]);
    const others = kinds.map((kind) => plant(kind).text).join("\n");
    assert.deepEqual(
      await scanBytes(Buffer.concat([randomBytes(2 ** 21), Buffer.from(others)]), ...canaries),
      [],
    );
  });
});

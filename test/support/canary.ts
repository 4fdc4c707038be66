// Canaries: made-up names, addresses, phones and IP addresses that exist nowhere else. A test
// plants them, runs a scenario and searches every sink for them in every encoding.
import { createHash, randomInt } from "node:crypto";

export type Kind = "name" | "address" | "phone" | "ipv4" | "ipv6";
export type Canary = { kind: Kind; text: string };

/** Something that may hold a leak, such as a file; `where` is for people who look for it. */
export type Piece = { where: string; bytes: Buffer };
export type Sink = () => Piece[] | Promise<Piece[]>;
export type Finding = { canary: string; encoding: string; where: string };

/** A canary nobody has seen before. */
export function plant(kind: Kind): Canary {
  return { kind, text: makers[kind]() };
}

/**
 * Every place where a canary is, in whatever encoding.
 *
 * Four raw bytes turn up by chance now and then in megabytes of ciphertext: they count when two
 * canaries of the kind are found that way, or when only one was planted.
 */
export async function scan(sinks: Sink[], canaries: Canary[]): Promise<Finding[]> {
  const needles = canaries.flatMap(needlesOf);
  const found = new Map<string, Finding & { weak: boolean; kind: Kind }>();
  for (const sink of sinks) {
    for (const { where, bytes } of await sink()) {
      for (const { canary, encoding, weak } of search(bytes, needles)) {
        const finding = { canary: canary.text, encoding, where, weak, kind: canary.kind };
        found.set(`${where} ${canary.text} ${encoding}`, finding);
      }
    }
  }
  const all = [...found.values()];
  return all.filter(isSure).map(({ canary, encoding, where }) => ({ canary, encoding, where }));

  function isSure({ weak, kind, encoding, canary }: (typeof all)[number]): boolean {
    if (!weak || canaries.filter((other) => other.kind === kind).length === 1) return true;
    return all.some((f) => f.kind === kind && f.encoding === encoding && f.canary !== canary);
  }
}

const makers: Record<Kind, () => string> = {
  // A letter outside of ASCII and a space, because encodings differ there.
  name: () => `Z\u00eb${letters(10)} Q${letters(10)}`,
  address: () => `${letters(12)}@${letters(10)}.example`,
  phone: () => `+1${randomInt(201, 990)}${randomInt(201, 990)}${randomInt(1000, 10_000)}`,
  ipv4: () => [randomInt(60, 100), ...[1, 2, 3].map(() => randomInt(110, 250))].join("."),
  ipv6: () =>
    ["2001", ...Array.from({ length: 7 }, () => randomInt(0x1000, 0xffff).toString(16))].join(":"),
};

function letters(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(randomInt(97, 123))).join("");
}

type Needle = {
  canary: Canary;
  encoding: string;
  bytes: Buffer;
  /** found in any mixture of capitals and small letters */
  anyCase: boolean;
  weak: boolean;
};

/** What a canary may look like. Each part is searched for on its own: half a name is a leak too. */
function needlesOf(canary: Canary): Needle[] {
  const texts = spellings[canary.kind](canary.text).flatMap((text) => encoded(canary, text));
  return [...texts, ...binary(canary)];
}

const spellings: Record<Kind, (text: string) => string[]> = {
  name: (text) => [text, ...text.split(" ")],
  address: (text) => [text, ...text.split("@")],
  phone(text) {
    const national = text.slice(2);
    const [area = "", office = "", line = ""] = [/^.../, /(?<=^...).../, /....$/].map(
      (part) => part.exec(national)?.[0] ?? "",
    );
    const spaced = ["-", " ", "."].map((gap) => [area, office, line].join(gap));
    return [text, text.slice(1), national, ...spaced, `(${area}) ${office}-${line}`];
  },
  ipv4(text) {
    const bytes = bytesOfIpv4(text);
    const [high, low] = [bytes.toString("hex", 0, 2), bytes.toString("hex", 2)];
    const decimals = [bytes.readUInt32BE(), bytes.readUInt32LE()].map(String);
    return [text, `::ffff:${high}:${low}`, ...decimals];
  },
  // The first four groups name a household: as bad as the whole.
  ipv6: (text) => [text, text.split(":").slice(0, 4).join(":"), text.replaceAll(":", "")],
};

function encoded(canary: Canary, text: string): Needle[] {
  const needle = (encoding: string, bytes: Buffer, anyCase: boolean) => ({
    canary,
    encoding,
    bytes,
    anyCase,
    weak: false,
  });
  const cases = [...new Set([text, text.toLowerCase(), text.toUpperCase()])];
  return cases.flatMap((spelling) => {
    const utf8 = Buffer.from(spelling);
    const utf16 = Buffer.from(spelling, "utf16le");
    return [
      needle("plain", utf8, true),
      needle("latin1", Buffer.from(spelling, "latin1"), true),
      needle("UTF-16LE", utf16, true),
      needle("UTF-16BE", Buffer.from(utf16).swap16(), true),
      ...Object.entries(escapes).map(([name, escape]) =>
        needle(name, Buffer.from(escape(spelling)), true),
      ),
      needle("hex", Buffer.from(utf8.toString("hex")), true),
      ...base64s(utf8).map((code) => needle("base64", Buffer.from(code), false)),
      ...base64s(utf16).map((code) => needle("base64 of UTF-16", Buffer.from(code), false)),
      ...hashes(utf8).map(({ name, bytes, anyCase }) => needle(name, bytes, anyCase)),
    ];
  });
}

const escapes: Record<string, (text: string) => string> = {
  URL: (text) => encodeURIComponent(text),
  "URL form": (text) => new URLSearchParams({ "": text }).toString().slice(1),
  "URL, each byte": (text) => eachByte(text, "%"),
  "quoted-printable": (text) => text.replace(/[^\x20-\x3c\x3e-\x7e]/gu, (c) => eachByte(c, "=")),
  "quoted-printable word": (text) =>
    text.replace(/[^A-Za-z0-9]/gu, (c) => (c === " " ? "_" : eachByte(c, "="))),
  "quoted-printable, each byte": (text) => eachByte(text, "="),
  "bytes with backslashes": (text) => text.replace(/[^\x20-\x7e]/gu, (c) => eachByte(c, "\\x")),
  JSON: (text) =>
    text.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  HTML: (text) => text.replace(/[^\x20-\x7e]/gu, (c) => `&#${c.codePointAt(0)};`),
};

function eachByte(text: string, mark: string): string {
  return [...Buffer.from(text)].map((byte) => mark + byte.toString(16).padStart(2, "0")).join("");
}

/** The characters that stand for these bytes wherever they begin in an encoded stream. */
function base64s(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const code = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    const sure = code.slice(
      Math.ceil((shift * 8) / 6),
      Math.floor(((shift + bytes.length) * 8) / 6),
    );
    if (sure.length < 8) return [];
    return [...new Set([sure, sure.replaceAll("+", "-").replaceAll("/", "_")])];
  });
}

// A hash is recognised by its first 64 bits, so a shortened one is found too.
function hashes(bytes: Buffer) {
  return ["md5", "sha1", "sha256", "sha512"].flatMap((algorithm) => {
    const digest = createHash(algorithm).update(bytes).digest();
    const texts = [digest.toString("base64"), digest.toString("base64url")];
    return [
      {
        name: `${algorithm} in hex`,
        bytes: Buffer.from(digest.toString("hex", 0, 8)),
        anyCase: true,
      },
      { name: algorithm, bytes: digest.subarray(0, 8), anyCase: false },
      ...texts.map((text) => ({
        name: `${algorithm} in base64`,
        bytes: Buffer.from(text.slice(0, 11)),
        anyCase: false,
      })),
    ];
  });
}

function binary(canary: Canary): Needle[] {
  const { kind, text } = canary;
  if (kind !== "ipv4" && kind !== "ipv6") return [];
  const raw = kind === "ipv4" ? bytesOfIpv4(text) : Buffer.from(text.replaceAll(":", ""), "hex");
  const mapped = Buffer.concat([Buffer.from("00000000000000000000ffff", "hex"), raw]);
  const weak = raw.length === 4;
  const shared = { canary, anyCase: false, weak };
  return [
    { ...shared, encoding: "raw bytes", bytes: raw },
    { ...shared, encoding: "raw bytes reversed", bytes: Buffer.from([...raw].toReversed()) },
    {
      ...shared,
      encoding: "raw bytes in hex",
      bytes: Buffer.from(raw.toString("hex")),
      anyCase: true,
    },
    ...(weak ? [{ ...shared, encoding: "mapped IPv6", bytes: mapped, weak: false }] : []),
    ...base64s(weak ? mapped : raw).map((code) => ({
      ...shared,
      encoding: "raw bytes in base64",
      bytes: Buffer.from(code),
      weak: false,
    })),
    ...hashes(raw).map(({ name, bytes, anyCase }) => ({
      canary,
      encoding: `${name} of raw bytes`,
      bytes,
      anyCase,
      weak: false,
    })),
  ];
}

function bytesOfIpv4(text: string): Buffer {
  return Buffer.from(text.split(".").map(Number));
}

function search(bytes: Buffer, needles: Needle[]): Set<Needle> {
  const exact = indexed(needles.filter((needle) => !needle.anyCase));
  const folded = indexed(
    needles.filter((n) => n.anyCase).map((n) => ({ ...n, bytes: lower(n.bytes) })),
  );
  const found = new Set<Needle>();
  // Mail bodies break quoted-printable and base64 into lines; logs may show those breaks escaped.
  for (const text of [bytes, unfolded(bytes)]) {
    if (!text) continue;
    find(text, exact, found);
    find(lower(text), folded, found);
  }
  return found;
}

type Index = Map<number, Needle[]>;

function indexed(needles: Needle[]): Index {
  return Map.groupBy(needles, ({ bytes }) => bytes.readUInt32BE());
}

function find(bytes: Buffer, index: Index, found: Set<Needle>): void {
  // Two bytes decide about nearly every place; only the rest is looked up.
  const maybe = new Uint8Array(65_536);
  for (const start of index.keys()) maybe[start >>> 16] = 1;
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (!maybe[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)]) continue;
    for (const needle of index.get(bytes.readUInt32BE(at)) ?? []) {
      const end = at + needle.bytes.length;
      if (end <= bytes.length && bytes.compare(needle.bytes, 0, needle.bytes.length, at, end) === 0)
        found.add(needle);
    }
  }
}

function lower(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = 0; at < copy.length; at++) {
    const byte = copy[at] ?? 0;
    if (byte >= 65 && byte <= 90) copy[at] = byte + 32;
  }
  return copy;
}

function unfolded(bytes: Buffer): Buffer | undefined {
  if (!bytes.includes("\n") && !bytes.includes("\\n")) return undefined;
  const text = bytes.toString("latin1").replace(/=?(?:\r?\n|(?:\\r)?\\n)[ \t]?/g, "");
  return Buffer.from(text, "latin1");
}

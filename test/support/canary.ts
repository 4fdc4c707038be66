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
  const index = indexOf(canaries.flatMap(needlesOf));
  const found = new Map<string, Finding & { weak: boolean; kind: Kind }>();
  for (const sink of sinks) {
    for (const { where, bytes } of await sink()) {
      for (const { canary, encoding, weak } of search(bytes, index)) {
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

type Index = { exact: Table; anyCase: Table };

function indexOf(needles: Needle[]): Index {
  const folded = needles.filter((needle) => needle.anyCase);
  return {
    exact: tableOf(needles.filter((needle) => !needle.anyCase)),
    anyCase: tableOf(folded.map((needle) => ({ ...needle, bytes: lower(needle.bytes) }))),
  };
}

function search(bytes: Buffer, { exact, anyCase }: Index): Set<Needle> {
  const found = new Set<Needle>();
  // Mail bodies break quoted-printable and base64 into lines; logs may show those breaks escaped.
  for (const text of [bytes, unfolded(bytes)]) {
    if (!text) continue;
    find(text, exact, found);
    find(lower(text), anyCase, found);
  }
  return found;
}

/** Needles by their first four bytes, and a quick answer for the many places where none begins. */
type Table = { maybe: Uint8Array; byStart: Map<number, Needle[]> };

const BITS = 22;

function tableOf(needles: Needle[]): Table {
  const byStart = Map.groupBy(needles, ({ bytes }) => bytes.readUInt32BE());
  const maybe = new Uint8Array(2 ** BITS);
  for (const start of byStart.keys()) maybe[slot(start)] = 1;
  return { maybe, byStart };
}

function slot(start: number): number {
  return Math.imul(start, 0x9e3779b1) >>> (32 - BITS);
}

function find(bytes: Buffer, { maybe, byStart }: Table, found: Set<Needle>): void {
  let start = 0;
  for (let end = 0; end < bytes.length; end++) {
    start = (start << 8) | (bytes[end] ?? 0);
    if (end < 3 || !maybe[slot(start)]) continue;
    for (const needle of byStart.get(start >>> 0) ?? []) {
      const { length } = needle.bytes;
      const at = end - 3;
      if (at + length <= bytes.length && !bytes.compare(needle.bytes, 0, length, at, at + length))
        found.add(needle);
    }
  }
}

// The same for what is searched and what is searched for, so other letters do no harm.
function lower(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").toLowerCase(), "latin1");
}

function unfolded(bytes: Buffer): Buffer | undefined {
  if (!bytes.includes("\n") && !bytes.includes("\\n")) return undefined;
  const text = bytes.toString("latin1").replace(/=?(?:\r?\n|(?:\\r)?\\n)[ \t]?/g, "");
  return Buffer.from(text, "latin1");
}

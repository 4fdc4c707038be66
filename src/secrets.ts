// Everything derived from SECRET_KEY. Each purpose has its own key, so that a value made for one
// can never be taken for another. The first key makes new values; all keys still read old ones.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { config } from "../config/index.ts";

const derived = new Map<string, readonly Buffer[]>();

/** The 32-byte keys of a purpose, newest first (HKDF-SHA-256, RFC 5869). */
export function keysFor(purpose: string): readonly Buffer[] {
  const known = derived.get(purpose);
  if (known) return known;
  const keys = config.secretKeys.map((key) =>
    Buffer.from(hkdfSync("sha256", key, "", `plainbook ${purpose}`, 32)),
  );
  derived.set(purpose, keys);
  return keys;
}

/** A keyed hash of the text, base64url, with the newest key. */
export function hmac(purpose: string, text: string): string {
  return mac(newest(purpose), text);
}

/** Whether a keyed hash was made by any of our keys, in constant time. */
export function verifies(purpose: string, text: string, candidate: string): boolean {
  return keysFor(purpose).some((key) => equal(mac(key, text), candidate));
}

/** Keyed hashes by every key, newest first: to look up what an older key made. */
export function hmacs(purpose: string, text: string): string[] {
  return keysFor(purpose).map((key) => mac(key, text));
}

/** AES-256-GCM, base64url of nonce, ciphertext and tag. */
export function seal(purpose: string, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", newest(purpose), nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString("base64url");
}

/** What was sealed, or undefined for anything that no key of ours made. */
export function unseal(purpose: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  // A second spelling of the same bytes would be a second cookie for one session.
  if (bytes.length < 28 || bytes.toString("base64url") !== sealed) return undefined;
  for (const key of keysFor(purpose)) {
    const text = open(key, bytes);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Sealed by the newest key, where an older one had; undefined where there is nothing to do. */
export function sealedAnew(purpose: string, sealed: string): string | undefined {
  if (open(newest(purpose), Buffer.from(sealed, "base64url")) !== undefined) return undefined;
  const text = unseal(purpose, sealed);
  return text === undefined ? undefined : seal(purpose, text);
}

/** An unguessable token, 192 bits, base64url. */
export function newToken(): string {
  return randomBytes(24).toString("base64url");
}

/** What is stored of a token: its SHA-256, base64url. Tokens are random, so no salt is needed. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

function newest(purpose: string): Buffer {
  const [key] = keysFor(purpose);
  if (!key) throw new Error("no secret key");
  return key;
}

function mac(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function open(key: Buffer, bytes: Buffer): string | undefined {
  if (bytes.length < 28) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return decipher.update(bytes.subarray(12, -16), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return undefined;
  }
}

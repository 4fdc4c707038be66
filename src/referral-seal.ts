// How a referral crosses Redis: sealed to a key that exists in one worker's memory only. Whoever
// holds Redis, its append-only file, its backups and our SECRET_KEY still cannot open it, and once
// that worker has ended nobody ever can.
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";

/** Who recommends us to whom. It exists in a browser, in two processes' memory, and in one mail. */
export type Referral = { name: string; friendName: string; friendEmail: string };

export type ReferralKey = {
  /** 32 bytes, base64url: what others seal to */
  publicKey: string;
  /** What was sealed to this key for this context, or undefined for anything else. */
  open(sealed: string, context: string): Referral | undefined;
};

const CIPHER = "aes-256-gcm";
const KEY = 32; // bytes of an X25519 public key
const NONCE = 12;
const TAG = 16;
// All are padded to one length, so that a ciphertext tells nothing of a name's length. The form
// allows 60 letters a name (4 bytes each, each perhaps escaped) and 254 for the address.
const PADDED = 2048;

/** A new pair; the private half never leaves the closure. */
export function createReferralKey(): ReferralKey {
  const pair = generateKeyPairSync("x25519");
  const publicKey = toText(pair.publicKey);
  return {
    publicKey,
    open: (sealed, context) =>
      open(pair.privateKey, publicKey, Buffer.from(sealed, "base64"), context),
  };
}

/**
 * Seals to a worker's public key: ephemeral X25519, HKDF-SHA-256, AES-256-GCM.
 * @param context bound to the ciphertext: it opens for this one only
 * @returns base64 of ephemeral public key, nonce, ciphertext and tag
 */
export function sealReferral(publicKey: string, context: string, referral: Referral): string {
  const ephemeral = generateKeyPairSync("x25519");
  const ephemeralKey = toText(ephemeral.publicKey);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: toKey(publicKey) });
  const key = derive(shared, ephemeralKey, publicKey, context);
  const plain = padded(referral);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  wipe(shared, key, plain);
  return Buffer.concat([Buffer.from(ephemeralKey, "base64url"), nonce, body]).toString("base64");
}

function open(privateKey: KeyObject, publicKey: string, bytes: Buffer, context: string) {
  if (bytes.length !== KEY + NONCE + PADDED + TAG) return undefined;
  const ephemeralKey = bytes.toString("base64url", 0, KEY);
  try {
    const shared = diffieHellman({ privateKey, publicKey: toKey(ephemeralKey) });
    const key = derive(shared, ephemeralKey, publicKey, context);
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(KEY, KEY + NONCE));
    decipher.setAuthTag(bytes.subarray(-TAG));
    const plain = decipher.update(bytes.subarray(KEY + NONCE, -TAG));
    decipher.final();
    const referral: Referral = JSON.parse(plain.toString("utf8").trimEnd());
    wipe(shared, key, plain);
    return referral;
  } catch {
    return undefined;
  }
}

function derive(shared: Buffer, ephemeralKey: string, publicKey: string, context: string): Buffer {
  const salt = `${ephemeralKey} ${publicKey}`;
  return Buffer.from(hkdfSync("sha256", shared, salt, `plainbook referral ${context}`, 32));
}

function padded({ name, friendName, friendEmail }: Referral): Buffer {
  const plain = Buffer.alloc(PADDED, " ");
  const text = JSON.stringify({ name, friendName, friendEmail });
  if (Buffer.byteLength(text) > PADDED) throw new RangeError("a referral is too long to seal");
  plain.write(text);
  return plain;
}

function toText(key: KeyObject): string {
  return key.export({ format: "jwk" }).x ?? "";
}

function toKey(x: string): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
}

// Strings cannot be wiped; the buffers at least do not wait for the garbage collector.
function wipe(...buffers: Buffer[]): void {
  for (const buffer of buffers) buffer.fill(0);
}

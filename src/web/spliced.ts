// A finished page with a gap in it for the form's token, compressed once and sent many times. Gzip
// lets a stream be put together from parts: each part ends on a byte (Z_SYNC_FLUSH, RFC 1951
// §3.2.4), and between two of them the token goes in as a stored block.
import { constants, crc32, deflateRawSync } from "node:zlib";

/** Stands where the token goes; random, so that no text a person types can contain it. */
export const TOKEN_GAP = `gap-${crypto.randomUUID()}`;

export type SplicedPage = { plain: readonly Buffer[]; deflated: readonly Buffer[] };

// ID, deflate, no flags, no time, no hints, system unknown (RFC 1952 §2.3).
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

export function spliced(html: string): SplicedPage {
  const plain = html.split(TOKEN_GAP).map((part) => Buffer.from(part));
  const deflated = plain.map((part, i) =>
    deflateRawSync(part, {
      level: 9,
      finishFlush: i === plain.length - 1 ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    }),
  );
  return { plain, deflated };
}

export function plainWith({ plain }: SplicedPage, token: string): Buffer {
  return Buffer.concat(joined(plain, Buffer.from(token)));
}

export function gzippedWith({ plain, deflated }: SplicedPage, token: string): Buffer {
  const text = Buffer.from(token);
  const trailer = Buffer.alloc(8);
  let [checksum, length] = [0, 0];
  for (const part of joined(plain, text)) {
    checksum = crc32(part, checksum);
    length += part.length;
  }
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(length, 4);
  return Buffer.concat([GZIP_HEADER, ...joined(deflated, storedBlock(text)), trailer]);
}

// Not the last block, type 0: its length, the length's complement, and the bytes as they are.
function storedBlock(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(~bytes.length & 0xffff, 3);
  return Buffer.concat([head, bytes]);
}

function joined(parts: readonly Buffer[], between: Buffer): Buffer[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [between, part]));
}

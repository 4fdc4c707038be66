// The file of a transfer, which may be larger than memory: stored as it comes, read from any place.
import { UniqueConstraintError } from "sequelize";
import type { Bytes } from "../unzip.ts";
import { rows, run, transaction } from "./database.ts";
import { PIECE, PIECE_IN, runningTransfer, type Transfer, Transfers } from "./transfer.ts";

type Owner = Pick<Transfer, "businessId" | "staffId" | "kind">;
type Stored = Pick<Transfer, "businessId" | "id">;

/**
 * Begins a transfer when all of its file is here; of one that breaks off, nothing stays. While one of
 * its kind runs, it is that one.
 */
export async function receive(
  owner: Owner,
  content: AsyncIterable<Buffer>,
  now: number,
): Promise<number> {
  const id = await Transfers.begin(owner, "draft", {}, now);
  const transfer = await Transfers.find({ id: owner.businessId }, owner.kind, id);
  try {
    let part = 0;
    for await (const bytes of inPieces(content)) {
      const bind = { businessId: owner.businessId, id, part: part++, bytes };
      await transaction(() => run(PIECE_IN, bind));
    }
    await Transfers.start(transfer, {});
    return id;
  } catch (error) {
    await Transfers.discard(transfer);
    if (error instanceof UniqueConstraintError)
      return runningTransfer(owner.businessId, owner.kind);
    throw error;
  }
}

/** What has come in; a piece of it at a time is in memory. */
export async function receivedBytes({ businessId, id }: Stored): Promise<Bytes> {
  const [found] = await rows<{ size: number }>(
    `SELECT COALESCE(SUM(LENGTH(bytes)), 0) AS size FROM transfer_parts
     WHERE business_id = $businessId AND transfer_id = $id AND part >= 0`,
    { businessId, id },
  );
  // What is read next is most often in the same piece.
  let last: { part: number; bytes: Buffer } | undefined;
  const piece = async (part: number) => {
    if (last?.part !== part) last = { part, bytes: await pieceOf({ businessId, id }, part) };
    return last.bytes;
  };
  return {
    size: Number(found?.size),
    async *read(start, end) {
      for (let part = Math.floor(start / PIECE); part * PIECE < end; part++) {
        const from = part * PIECE;
        yield (await piece(part)).subarray(Math.max(0, start - from), end - from);
      }
    },
  };
}

async function pieceOf({ businessId, id }: Stored, part: number): Promise<Buffer> {
  const [found] = await rows<{ bytes: Buffer }>(
    `SELECT bytes FROM transfer_parts
     WHERE business_id = $businessId AND transfer_id = $id AND part = $part`,
    { businessId, id, part },
  );
  if (!found) throw new Error("a piece of a file is not there");
  return found.bytes;
}

/** All of one size, but for the last. */
export async function* inPieces(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of content) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < PIECE) continue;
    const whole = Buffer.concat(waiting);
    const left = length % PIECE;
    for (let from = 0; from < length - left; from += PIECE)
      yield whole.subarray(from, from + PIECE);
    [waiting, length] = [[whole.subarray(whole.length - left)], left];
  }
  if (length > 0) yield Buffer.concat(waiting);
}

// Files that a business brings along or takes away, worked on in the background. The row is the job:
// a worker leases it, and whatever it has done is in the database together with how far it has come.
import { keptFor } from "../domain/data-classes.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { enqueue, enqueueAfterCommit, type Job } from "../jobs.ts";
import { forgetTraces, rows, run, transaction } from "./database.ts";
import { toId } from "./id.ts";

export type TransferKind = "customers_in" | "all_out" | "all_in";
/** draft: waits for the owner's word. refused: nothing was changed, and the report says why. */
export type TransferState = "draft" | "running" | "done" | "refused" | "failed";
export type Transfer = {
  id: number;
  businessId: number;
  staffId: number;
  kind: TransferKind;
  state: TransferState;
  options: unknown;
  report: unknown;
  done: number;
  total: number;
  createdAt: Instant;
  finishedAt: Instant | null;
};
/** A transfer that is this worker's, for as long as it keeps saying so. */
export type Lease = Transfer & {
  claimedAt: Instant;
  isLastTry: boolean;
  /** It is past its last try: all that is left to do is to put back what it has changed. */
  isGivenUp: boolean;
};

/** The time, as often as it is asked: what runs for minutes. */
export type Clock = () => Instant;

/** Another worker has it by now: whatever this one has begun must not be stored. */
export class LeaseLost extends Error {}

const LEASE = MINUTE; // a worker that has not stored anything for so long is dead
export const MOST_TRIES = 5;
const MOST_UNDOING = 10; // with those to put back what was
const FILE_KEPT = keptFor("file");
const REPORT_KEPT = keptFor("file_report");
export const PIECE = 512 * 1024; // bytes

export const Transfers = {
  /**
   * Inside a transaction or not. A running one's bell is rung. Of leaving and of coming back there is
   * one at a time: begun again, it is the one that runs.
   */
  async begin(
    { businessId, staffId, kind }: Pick<Transfer, "businessId" | "staffId" | "kind">,
    state: "draft" | "running",
    { total = 0, options = {}, content }: Partial<Begun>,
    now: Instant,
  ): Promise<number> {
    return transaction(async () => {
      const [made] = await rows<{ id: number }>(
        `INSERT INTO transfers (business_id, staff_id, kind, state, options, total, created_at)
         VALUES ($businessId, $staffId, $kind, $state, $options, $total, $now)
         ON CONFLICT DO NOTHING RETURNING id`,
        { businessId, staffId, kind, state, options: JSON.stringify(options), total, now },
      );
      if (!made) return runningTransfer(businessId, kind);
      if (content) await storePieces({ businessId, id: made.id }, content);
      if (state === "running") enqueueAfterCommit([bell(made)]);
      return made.id;
    });
  },

  /** @throws NotFound for nobody's, somebody else's and those of another kind */
  async find(business: { id: number }, kind: TransferKind, id: unknown): Promise<Transfer> {
    const [found] = await rows<Stored>(
      `${SELECT} WHERE business_id = $businessId AND kind = $kind AND id = $id`,
      { businessId: business.id, kind, id: toId(id) },
    );
    if (!found) throw new NotFound("transfer");
    return asTransfer(found);
  },

  /** The latest of a kind, newest first. */
  async latest(business: { id: number }, kind: TransferKind, limit: number): Promise<Transfer[]> {
    const found = await rows<Stored>(
      `${SELECT} WHERE business_id = $businessId AND kind = $kind ORDER BY id DESC LIMIT $limit`,
      { businessId: business.id, kind, limit },
    );
    return found.map(asTransfer);
  },

  /** Starts a draft, once: sent twice, it is started already. */
  async start({ businessId, id }: Transfer, options: object): Promise<void> {
    await transaction(async () => {
      const started = await run(
        `UPDATE transfers SET state = 'running', options = $options
         WHERE business_id = $businessId AND id = $id AND state = 'draft'`,
        { businessId, id, options: JSON.stringify(options) },
      );
      if (started > 0) enqueueAfterCommit([bell({ id })]);
    });
  },

  /** A draft that nobody wants, with its file. */
  async discard({ businessId, id }: Transfer): Promise<void> {
    await transaction(() =>
      run(
        "DELETE FROM transfers WHERE business_id = $businessId AND id = $id AND state = 'draft'",
        { businessId, id },
      ),
    );
    await forgetTraces();
  },

  /** The file, piece by piece. */
  async *pieces({ businessId, id }: Pick<Transfer, "businessId" | "id">): AsyncGenerator<Buffer> {
    for (let part = 0; ; part++) {
      const [found] = await rows<{ bytes: Buffer }>(
        `SELECT bytes FROM transfer_parts
         WHERE business_id = $businessId AND transfer_id = $id AND part = $part`,
        { businessId, id, part },
      );
      if (!found) return;
      yield found.bytes;
    }
  },

  /** The whole file, of one that fits into memory. */
  async content(transfer: Pick<Transfer, "businessId" | "id">): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(Transfers.pieces(transfer)));
  },

  /** Whether there is a file still. */
  async hasContent({ businessId, id }: Transfer): Promise<boolean> {
    const found = await rows(
      `SELECT part FROM transfer_parts
       WHERE business_id = $businessId AND transfer_id = $id AND part = 0`,
      { businessId, id },
    );
    return found.length > 0;
  },

  /** Undefined when it is not running, or somebody else has it. */
  async claim(id: number, now: Instant): Promise<Lease | undefined> {
    const [claimed] = await transaction(() =>
      rows<Stored & { tries: number }>(
        `UPDATE transfers SET claimed_at = $now, tries = tries + 1
         WHERE id = $id AND state = 'running' AND (claimed_at IS NULL OR claimed_at < $expired)
         RETURNING ${COLUMNS}, tries`,
        { id: toId(id), now, expired: now - LEASE },
      ),
    );
    if (!claimed) return undefined;
    const { tries, ...transfer } = claimed;
    return {
      ...asTransfer(transfer),
      claimedAt: now,
      isLastTry: tries >= MOST_TRIES,
      isGivenUp: tries > MOST_TRIES,
    };
  },

  /**
   * Stores what `work` does together with how far it has come. It may run twice (PostgreSQL).
   * @throws LeaseLost, and then nothing is stored
   */
  async advance(lease: Lease, now: Instant, work: () => Promise<Progress>): Promise<Lease> {
    const { id, claimedAt } = lease;
    const progress = await transaction(async () => {
      if ((await run(HOLD, { id, claimedAt, now })) === 0) throw new LeaseLost();
      const come = { ...(await work()) };
      const { done, total, report } = { ...lease, ...come };
      await run(
        "UPDATE transfers SET done = $done, total = $total, report = $report WHERE id = $id",
        { id, done, total, report: JSON.stringify(report) },
      );
      return come;
    });
    return { ...lease, ...progress, claimedAt: now };
  },

  /** A piece of a file that is being made. @throws LeaseLost */
  addPiece(lease: Lease, part: number, bytes: Buffer, now: Instant): Promise<Lease> {
    const { businessId, id } = lease;
    return Transfers.advance(lease, now, async () => {
      await run(PIECE_IN, { businessId, id, part, bytes });
      return {};
    });
  },

  /** Ends it. Of what came in, the file has done its work and goes. */
  async finish(
    lease: Lease,
    state: "done" | "refused" | "failed",
    report: unknown,
    now: Instant,
  ): Promise<void> {
    const { id, businessId, claimedAt, kind } = lease;
    await transaction(async () => {
      const ended = await run(
        `UPDATE transfers
         SET state = $state, report = $report, finished_at = $now, claimed_at = NULL
         WHERE id = $id AND claimed_at = $claimedAt`,
        { id, claimedAt, state, report: JSON.stringify(report), now },
      );
      if (ended === 0) throw new LeaseLost();
      if (isIncoming(kind) || state !== "done") await dropPieces({ businessId, id });
    });
    if (isIncoming(kind)) await forgetTraces();
  },

  dropPieces,

  /**
   * Rings for what a dead worker left, gives up what fails again and again, forgets files after a
   * day and reports after thirty.
   * @throws while Redis is away
   */
  async sweep(now: Instant): Promise<void> {
    const bind = { now, expired: now - LEASE };
    await transaction(() => run(GIVE_UP, bind));
    const dropped = await transaction(() => run(DROP_OLD, { before: now - FILE_KEPT }));
    await transaction(() => run(FORGET, { before: now - REPORT_KEPT, day: now - FILE_KEPT }));
    if (dropped > 0) await forgetTraces();
    const left = await rows<{ id: number }>(
      `SELECT id FROM transfers
       WHERE state = 'running' AND COALESCE(claimed_at, created_at) < $expired`,
      bind,
    );
    if (left.length > 0) await enqueue(left.map((one) => bell(one, Math.floor(now / LEASE))));
  },
};

type Progress = { done?: number; total?: number; report?: unknown };
type Begun = { total: number; options: object; content: Buffer };
type Stored = Omit<Transfer, "options" | "report"> & { options: string; report: string };

const COLUMNS = `id, business_id AS "businessId", staff_id AS "staffId", kind, state, options, report,
  done, total, created_at AS "createdAt", finished_at AS "finishedAt"`;
const SELECT = `SELECT ${COLUMNS} FROM transfers`;
const HOLD = "UPDATE transfers SET claimed_at = $now WHERE id = $id AND claimed_at = $claimedAt";
/** Of what has ended meanwhile, nothing is kept. */
export const PIECE_IN = `INSERT INTO transfer_parts (business_id, transfer_id, part, bytes)
  SELECT business_id, id, CAST($part AS INTEGER), $bytes FROM transfers
  WHERE business_id = $businessId AND id = $id AND finished_at IS NULL`;
// Coming back changes the business, which has to be put back first.
const GIVE_UP = `UPDATE transfers SET state = 'failed', finished_at = $now, claimed_at = NULL
  WHERE state = 'running' AND claimed_at < $expired
    AND tries >= CASE WHEN kind = 'all_in' THEN ${MOST_UNDOING} ELSE ${MOST_TRIES} END`;
const DROP_OLD = `DELETE FROM transfer_parts WHERE transfer_id IN
  (SELECT id FROM transfers WHERE created_at < $before AND state <> 'running')`;
const FORGET = `DELETE FROM transfers
  WHERE finished_at < $before OR (state = 'draft' AND created_at < $day)`;

export async function runningTransfer(businessId: number, kind: TransferKind): Promise<number> {
  const [found] = await rows<{ id: number }>(
    `SELECT id FROM transfers
     WHERE business_id = $businessId AND kind = $kind AND state = 'running'`,
    { businessId, kind },
  );
  if (!found) throw new Conflict("It has just come to its end");
  return found.id;
}

function asTransfer({ options, report, ...rest }: Stored): Transfer {
  return { ...rest, options: JSON.parse(options), report: JSON.parse(report) };
}

async function storePieces(
  { businessId, id }: Pick<Transfer, "businessId" | "id">,
  content: Buffer,
): Promise<void> {
  for (let part = 0; part * PIECE < content.length; part++) {
    const bytes = content.subarray(part * PIECE, (part + 1) * PIECE);
    await run(PIECE_IN, { businessId, id, part, bytes });
  }
}

function isIncoming(kind: TransferKind): boolean {
  return kind !== "all_out";
}

/** The file goes; the report stays. Inside a transaction. */
async function dropPieces({ businessId, id }: Pick<Transfer, "businessId" | "id">): Promise<void> {
  await run("DELETE FROM transfer_parts WHERE business_id = $businessId AND transfer_id = $id", {
    businessId,
    id,
  });
}

// Of a worker that died, the queue still holds the job, and takes no other with its id for a while.
export function bell({ id }: { id: number }, turn = 0): Job {
  return { name: "transfer.run", payload: { transferId: id }, id: `transfer-${id}-${turn}` };
}

import { z } from "zod";
import { keptFor } from "../domain/data-classes.ts";
import { type DayCount, firstOpenDay, utcDay } from "../domain/statistics.ts";
import { type Instant, isLocalDate, type LocalDate } from "../domain/time.ts";
import { parseVisitKey, type Visit, visitKey } from "../domain/visit.ts";
import { rows, run, transaction } from "./database.ts";

const REMEMBERED = keptFor("batch"); // far longer than any queue keeps a batch
const ROWS = 200; // a statement: seven values each, well below what SQLite binds

const Batch = z.strictObject({
  batch: z.string().regex(/^[\w-]{8,64}$/),
  day: z.string().refine(isLocalDate, "must be a date"),
  counts: z
    .array(z.tuple([z.string().transform(toVisit), z.int().min(1).max(1_000_000_000)]))
    .max(5000),
});

type Line = Visit & { visits: number };

/** How often pages were shown, by day: counts and nothing else. */
export const VisitCount = {
  /**
   * Adds a batch of counts, once, however often and wherever its job runs. What comes too late for
   * its day is counted on the first day that is open: a figure that was shown stays.
   * @throws Error when it is no batch, naming the first place
   */
  async addBatch(payload: unknown, now: Instant): Promise<void> {
    const { batch, day, counts } = parsed(payload);
    const lines = merged(counts);
    const countedOn = clamped(day, firstOpenDay(now), utcDay(now));
    await transaction(async () => {
      const remember = `INSERT INTO visit_batches (batch, added_at) VALUES ($batch, $now)
        ON CONFLICT DO NOTHING`;
      if ((await run(remember, { batch, now })) === 0) return;
      for (let i = 0; i < lines.length; i += ROWS) await add(countedOn, lines.slice(i, i + ROWS));
    });
  },

  /** The counts of the days from `from` to `to`, both included, without pages and browsers. */
  byDay(from: LocalDate, to: LocalDate): Promise<DayCount[]> {
    return rows<DayCount>(
      `SELECT day, area, audience, region, SUM(visits) AS visits FROM visit_counts
       WHERE day BETWEEN $from AND $to GROUP BY day, area, audience, region
       ORDER BY day, area, audience, region`,
      { from, to },
    );
  },

  /** The first day anything was counted on. */
  async firstDay(): Promise<LocalDate | undefined> {
    const [row] = await rows<{ day: LocalDate | null }>(`SELECT MIN(day) AS day FROM visit_counts`);
    return row?.day ?? undefined;
  },

  /** Forgets the numbers of batches that no queue can bring again. */
  async sweep(now: Instant): Promise<void> {
    const before = now - REMEMBERED;
    await transaction(() => run(`DELETE FROM visit_batches WHERE added_at < $before`, { before }));
  },
};

function parsed(payload: unknown): z.infer<typeof Batch> {
  const result = Batch.safeParse(payload);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`not a batch of visits: ${issue?.path.join(".")}: ${issue?.message}`);
}

function toVisit(key: string, context: z.RefinementCtx): Visit {
  const visit = parseVisitKey(key);
  if (visit) return visit;
  context.addIssue({ code: "custom", message: "must be a visit's key" });
  return z.NEVER;
}

// PostgreSQL adds to a row once a statement; in one order, so that two workers never wait for
// each other.
function merged(counts: z.infer<typeof Batch>["counts"]): Line[] {
  const lines = new Map<string, Line>();
  for (const [visit, visits] of counts) {
    const key = visitKey(visit);
    lines.set(key, { ...visit, visits: visits + (lines.get(key)?.visits ?? 0) });
  }
  return [...lines].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

function clamped(day: LocalDate, from: LocalDate, to: LocalDate): LocalDate {
  if (day < from) return from;
  return day > to ? to : day;
}

function add(day: LocalDate, lines: Line[]): Promise<number> {
  const columns = ["area", "audience", "region", "page", "browser", "language", "visits"] as const;
  const values = lines.map((_, i) => `($day, ${columns.map((c) => `$${c}${i}`).join(", ")})`);
  const binds = lines.flatMap((line, i) => columns.map((c) => [`${c}${i}`, line[c]] as const));
  return run(
    `INSERT INTO visit_counts (day, ${columns.join(", ")}) VALUES ${values.join(", ")}
     ON CONFLICT (day, area, audience, region, page, browser, language)
     DO UPDATE SET visits = visit_counts.visits + excluded.visits`,
    { day, ...Object.fromEntries(binds) },
  );
}

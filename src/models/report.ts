// What a period came to: appointments counted and added up by the database, worked time by the
// rules of hours. However many appointments there are, few rows leave the database.
import { type LeadCount, medianOf, slicesOf, type Span, spansBy, sum } from "../domain/reports.ts";
import { DAY, type Instant, type Zone } from "../domain/time.ts";
import { isPostgres, rows } from "./database.ts";
import { workedMinutes, workedTime } from "./worked-time.ts";

export type Figures = {
  /** Begin in the period, cancelled or not; without those that wait for their customer. */
  bookings: number;
  cancelled: number;
  noShows: number;
  /** Hundredths, of what is completed, or confirmed or arrived and over. */
  revenue: number;
  /** Median of whole days from booking to start; null without bookings. */
  lead: number | null;
  /** Minutes in the period, buffers left out; a group's once. */
  booked: number;
  /** Minutes in the period; null where it makes no sense: a service does not work. */
  worked: number | null;
};
export type Named = Figures & { id: number; name: string };
export type Dated = Figures & Span;
export type Report = {
  total: Figures;
  weeks: Dated[];
  months: Dated[];
  services: Named[];
  providers: Named[];
  locations: Named[];
  /** Whether there is a choice of locations at all. */
  manyLocations: boolean;
};

type By = "week" | "month" | "service" | "provider" | "location";
type Count = { by: By; id: number } & LeadCount & Record<Counted, number>;
type Counted = "cancelled" | "noShows" | "revenue";
type Taken = { by: By; id: number; minutes: number };
type Name = { by: By; id: number; name: string };
type Place = { id: number; zone: Zone };

// No appointment is longer, so what reaches into a slice is found in a short range of the index.
const LONGEST = 48 * 60 * 60 * 1000;

export const Report = {
  /** Days, weeks and months are those of the business's zone. Five queries. */
  async of(business: Place, span: Span, now: Instant): Promise<Report> {
    const slices = slicesOf(span, business.zone);
    const bind = { businessId: business.id, slices: JSON.stringify(slices) };
    const [counts, taken, names, time] = await Promise.all([
      rows<Count>(COUNTS, { ...bind, now }),
      rows<Taken>(TAKEN, bind),
      rows<Name>(NAMES, { businessId: business.id }),
      workedTime(business, span),
    ]);
    const known = { counts: keyed(counts), taken: keyed(taken) };
    const worked = workedMinutes(time, slices);
    const dated = (unit: "week" | "month") =>
      spansBy(unit, slices).map(({ id, from, to }) => {
        const minutes = worked.slices.filter((_, i) => slices[i]?.[unit] === id);
        return { from, to, ...figuresOf(known, [`${unit} ${id}`], sum(minutes)) };
      });
    const named = (kind: By, minutes?: Map<number, number>) =>
      namedFigures(
        known,
        names.filter(({ by }) => by === kind),
        minutes,
      );
    const months = [...new Set(slices.map(({ month }) => `month ${month}`))];
    return {
      total: figuresOf(known, months, sum(worked.slices)),
      weeks: dated("week"),
      months: dated("month"),
      services: named("service"),
      providers: named("provider", worked.staff),
      locations: named("location", worked.locations),
      manyLocations: names.filter(({ by }) => by === "location").length > 1,
    };
  },
};

type Known = { counts: Map<string, Count[]>; taken: Map<string, Taken[]> };

function keyed<T extends { by: By; id: number }>(lines: readonly T[]): Map<string, T[]> {
  return Map.groupBy(lines, ({ by, id }) => `${by} ${id}`);
}

/** Those with something to tell, who has most bookings first. */
function namedFigures(
  known: Known,
  names: readonly Name[],
  worked: Map<number, number> | undefined,
): Named[] {
  return names
    .map(({ by, id, name }) => {
      const minutes = worked ? (worked.get(id) ?? 0) : null;
      return { id, name, ...figuresOf(known, [`${by} ${id}`], minutes) };
    })
    .filter((one) => one.bookings > 0 || one.booked > 0 || (one.worked ?? 0) > 0)
    .toSorted((a, b) => b.bookings - a.bookings || a.name.localeCompare(b.name) || a.id - b.id);
}

/** @param keys of what is added up */
function figuresOf(known: Known, keys: readonly string[], worked: number | null): Figures {
  const counts = keys.flatMap((key) => known.counts.get(key) ?? []);
  const taken = keys.flatMap((key) => known.taken.get(key) ?? []);
  const total = (of: Counted | "count") => sum(counts.map((one) => one[of]));
  return {
    bookings: total("count"),
    cancelled: total("cancelled"),
    noShows: total("noShows"),
    revenue: total("revenue"),
    lead: medianOf(counts),
    booked: sum(taken.map(({ minutes }) => minutes)),
    worked,
  };
}

// Materialized: SQLite would read the JSON again for each appointment.
const SLICES = `slices AS MATERIALIZED (${
  isPostgres
    ? `SELECT * FROM json_to_recordset($slices::json)
       AS d (start BIGINT, "end" BIGINT, week INTEGER, month INTEGER)`
    : `SELECT value ->> 'start' AS start, value ->> 'end' AS "end", value ->> 'week' AS week,
         value ->> 'month' AS month FROM json_each($slices)`
})`;
const COLUMNS: Record<By, string> = {
  week: "week",
  month: "month",
  service: "service_id",
  provider: "staff_id",
  location: "location_id",
};

function each(select: (column: string) => string): string {
  const parts = Object.entries(COLUMNS).map(
    ([what, column]) => `SELECT '${what}' AS "by", ${column} AS id, ${select(column)}`,
  );
  return parts.join("\n  UNION ALL\n  ");
}

const amount = (condition: string, value: string) =>
  `SUM(CASE WHEN ${condition} THEN ${value} ELSE 0 END)`;
const EARNED = `a.status = 'completed' OR (a.status IN ('confirmed', 'arrived') AND a.ends_at <= $now)`;
const whole = (name: string) => `CAST(SUM("${name}") AS BIGINT) AS "${name}"`;

// CROSS JOIN, which SQLite takes for the order too: each slice looks up its range of the index.
// One statement, so that all tables tell of the same moment and add up.
const COUNTS = `WITH ${SLICES}, counted AS MATERIALIZED (
    SELECT d.week, d.month, a.service_id, a.staff_id, a.location_id,
      CASE WHEN a.starts_at > a.created_at
        THEN (a.starts_at - a.created_at) / ${DAY} ELSE 0 END AS days,
      COUNT(*) AS count,
      ${amount("a.status = 'cancelled'", "1")} AS cancelled,
      ${amount("a.status = 'no_show'", "1")} AS "noShows",
      ${amount(EARNED, "COALESCE(a.price, 0)")} AS revenue
    FROM slices d
    CROSS JOIN appointments a WHERE a.business_id = $businessId AND a.starts_at >= d.start
      AND a.starts_at < d."end" AND a.status <> 'pending'
    GROUP BY 1, 2, 3, 4, 5, 6
  )
  ${each(
    (column) => `days, ${["count", "cancelled", "noShows", "revenue"].map(whole).join(", ")}
    FROM counted GROUP BY ${column}, days`,
  )}`;

// A provider's appointments never overlap but in a group, whose members begin together.
const TAKEN = `WITH ${SLICES}, taken AS MATERIALIZED (
    SELECT d.week, d.month, d.start, d."end", a.service_id, a.staff_id, a.location_id, a.starts_at,
      MAX(a.ends_at) AS ends_at
    FROM slices d
    CROSS JOIN appointments a WHERE a.business_id = $businessId AND a.starts_at > d.start - ${LONGEST}
      AND a.starts_at < d."end" AND a.ends_at > d.start AND a.status NOT IN ('pending', 'cancelled')
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ), parts AS MATERIALIZED (
    SELECT week, month, service_id, staff_id, location_id,
      SUM((CASE WHEN ends_at < "end" THEN ends_at ELSE "end" END
        - CASE WHEN starts_at > start THEN starts_at ELSE start END) / 60000) AS minutes
    FROM taken
    GROUP BY 1, 2, 3, 4, 5
  )
  ${each((column) => `${whole("minutes")} FROM parts GROUP BY ${column}`)}`;

const NAMES = `SELECT 'service' AS "by", id, name FROM services WHERE business_id = $businessId
  UNION ALL SELECT 'provider', id, name FROM staff WHERE business_id = $businessId
  UNION ALL SELECT 'location', id, name FROM locations WHERE business_id = $businessId`;

// What is taken in a range of time: of providers, of rooms and equipment, and of groups' seats.
import type { Busy } from "../domain/availability.ts";
import type { Instant } from "../domain/time.ts";
import { CALENDAR_BUSY } from "./calendar-busy.ts";
import { among, rows } from "./database.ts";

export type Range = { from: Instant; until: Instant };
/** Where it is taken: a provider needs time on the way to another location. */
export type TakenTime = Busy & { locationId: number | null };
export type Taken = { byStaff: Map<number, TakenTime[]>; byResource: Map<number, TakenTime[]> };

type Asked = {
  now: Instant;
  staffId?: number | undefined;
  except?: number | undefined;
  exceptAll?: readonly number[] | undefined;
  exceptHold?: number | undefined;
};

// No allocation is longer (a check constraint), so an overlap is found in a short index range.
export const LONGEST = 48 * 60 * 60 * 1000;

/**
 * Live holds included, and what providers have in calendars elsewhere, in one query.
 * @param staffId only of this provider; rooms and equipment come whoever uses them
 * @param except an appointment that is about to move: what it has does not stand in its way
 * @param exceptAll several that are about to move: the same
 * @param exceptHold a hold that is about to become an appointment: the same
 */
export async function takenIn(
  businessId: number,
  { from, until }: Range,
  { now, staffId, except = 0, exceptAll, exceptHold = 0 }: Asked,
): Promise<Taken> {
  const others = exceptAll ? ` AND appointment_id NOT IN (${among("exceptAll")})` : "";
  const only = staffId === undefined ? "" : " AND (staff_id IS NULL OR staff_id = $staffId)";
  const found = await rows<Row>(
    `SELECT staff_id AS "staffId", resource_id AS "resourceId", location_id AS "locationId",
       busy_from AS "from", busy_until AS "until",
       CASE WHEN group_key LIKE 'group:%' THEN group_key END AS "groupKey", need,
       CASE WHEN subject LIKE 'seat:%' THEN subject END AS seat,
       CASE WHEN expires_at IS NULL THEN 'appointment' ELSE 'hold' END AS kind
     FROM allocations
     WHERE business_id = $businessId AND busy_from < $until
       AND busy_from > $earliest AND busy_until > $from
       AND (expires_at IS NULL OR expires_at > $now)
       AND (appointment_id IS NULL OR (appointment_id <> $except${others}))
       AND (hold_id IS NULL OR hold_id <> $exceptHold)${only}
       AND (staff_id IS NOT NULL OR resource_id IS NOT NULL OR subject LIKE 'seat:%')
     UNION ALL
     SELECT "staffId", NULL, NULL, "from", "until", NULL, NULL, NULL, kind
     FROM (${CALENDAR_BUSY}) AS elsewhere${staffId === undefined ? "" : ' WHERE "staffId" = $staffId'}
     ORDER BY "from"`,
    {
      businessId,
      from,
      until,
      earliest: from - LONGEST,
      now,
      except,
      exceptAll: exceptAll && JSON.stringify(exceptAll),
      exceptHold,
      staffId,
    },
  );
  return sorted(found);
}

/** Those who book the same service with the same provider at the same start are one group. */
export function groupKey(serviceId: number, staffId: number, start: Instant): string {
  return `group:${serviceId}:${staffId}:${start}`;
}

type Row = {
  staffId: number | null;
  resourceId: number | null;
  locationId: number | null;
  from: Instant;
  until: Instant;
  kind: NonNullable<Busy["kind"]>;
  groupKey: string | null;
  /** Of a group's room or equipment: resource:<number of the need> */
  need: string | null;
  /** seat:<group key>:<number> */
  seat: string | null;
};

function sorted(found: readonly Row[]): Taken {
  const taken: Taken = { byStaff: new Map(), byResource: new Map() };
  const groups = groupsOf(found);
  const seen = new Set<string>();
  for (const row of found) {
    const { staffId, resourceId, groupKey: key } = row;
    const [times, id] =
      staffId === null ? [taken.byResource, resourceId] : [taken.byStaff, staffId];
    if (id === null) continue;
    if (key !== null) {
      // A group takes its provider and its room once, however many have joined it.
      const once = `${key} ${staffId} ${resourceId}`;
      if (seen.has(once)) continue;
      seen.add(once);
    }
    const time = toTime(row, key === null ? undefined : groups.get(key));
    const others = times.get(id);
    if (others) others.push(time);
    else times.set(id, [time]);
  }
  return taken;
}

function toTime(
  { from, until, kind, locationId }: Row,
  group: NonNullable<Busy["group"]> | undefined,
): TakenTime {
  const time = { start: from, end: until, kind, locationId } as const;
  return group ? { ...time, group } : time;
}

function groupsOf(found: readonly Row[]): Map<string, NonNullable<Busy["group"]>> {
  const groups = new Map<string, NonNullable<Busy["group"]> & { resourceIds: number[] }>();
  const groupOf = (key: string) => {
    const [, serviceId = 0, , start = 0] = key.split(":").map(Number);
    const group = groups.get(key) ?? { serviceId, start, seatsTaken: 0, resourceIds: [] };
    groups.set(key, group);
    return group;
  };
  for (const { groupKey: key, resourceId, need, seat } of found) {
    if (seat !== null) groupOf(seat.slice("seat:".length, seat.lastIndexOf(":"))).seatsTaken++;
    if (key === null) continue;
    const { resourceIds } = groupOf(key);
    const number = Number(need?.split(":")[1] ?? 0);
    if (resourceId !== null) resourceIds[number] = resourceId;
  }
  return groups;
}

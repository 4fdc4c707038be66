// Moving one of a series and all after it: planned first, so that whoever moves them sees which
// cannot go, and then moved as a whole or not at all.
import {
  addDays,
  daysBetween,
  type Instant,
  instantToLocal,
  localToInstants,
  MINUTE,
} from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { say } from "../language.ts";
import { Allocation, TimeTaken } from "./allocation.ts";
import { relocate, type StoredAppointment } from "./appointment-row.ts";
import { tellTogether } from "./appointment-steps.ts";
import { transaction } from "./database.ts";
import { stretchOf } from "./hold.ts";
import { type By, lockSeries, type Member, membersIn, membersOf } from "./series-members.ts";
import { type Candidate, candidatesOver, farther, type Question } from "./starts.ts";

export type Shift = {
  /** From which on. */
  appointment: StoredAppointment;
  /** Of its service as booked; without a provider, each stays with whom it has. */
  question: Question;
  /** Where that one goes: the others by as many days, to the same time on the clock. */
  start: Instant;
  override: boolean;
  by: By;
};

/** `start` is null where the clocks skip that time; without `candidate` it stays where it is. */
export type PlannedMove = {
  member: Member;
  start: Instant | null;
  candidate: Candidate | undefined;
};

/** Which one, as it was when the plan was shown. */
export function versionOf({ id, sequence }: StoredAppointment): string {
  return `${id}-${sequence}`;
}

/**
 * Each from that one on with where it goes and with whom. One query, and another each time that some
 * cannot go: where they stay, no other can go.
 */
export async function planMove(shift: Shift): Promise<PlannedMove[]> {
  const { question, override } = shift;
  const targets = targetsOf(shift, await affected(shift));
  let moving = targets.filter(({ start }) => start !== null);
  for (;;) {
    const exceptAll = moving.map(({ member }) => member.id);
    const starts = moving.map(({ start }) => start ?? 0);
    const free = await candidatesOver({ ...farther(question), exceptAll }, starts, override);
    const found = new Map(moving.map((one) => [one.member.id, candidateOf(one, question, free)]));
    const going = moving.filter(({ member }) => found.get(member.id));
    if (going.length === moving.length)
      return targets.map((one) => ({ ...one, candidate: found.get(one.member.id) }));
    moving = going;
  }
}

/**
 * Those that are wanted, all or none.
 * @param wanted their versions: see `versionOf`
 * @returns how many
 * @throws TimeTaken when one of the times has gone, Conflict when one of them was changed meanwhile
 */
export async function moveSeries(shift: Shift, wanted: readonly string[]): Promise<number> {
  const plan = await planMove(shift);
  const chosen = plan.filter(({ member }) => wanted.includes(versionOf(member)));
  if (chosen.length < wanted.length || chosen.length === 0)
    throw new Conflict(say("refusal.changed"));
  const moves = chosen.map(({ member, start, candidate }) => {
    if (start === null || !candidate) throw new TimeTaken();
    return { member, start, candidate };
  });
  await transaction(() => moveAll(shift, moves));
  return moves.length;
}

type Move = { member: Member; start: Instant; candidate: Candidate };

async function moveAll({ appointment, question, override, by }: Shift, moves: readonly Move[]) {
  const { service, now } = question;
  await lockSeries(appointment);
  for (const { member, start, candidate } of moves) {
    const isMoved = await relocate(member, question, { start, staffId: candidate.staffId });
    if (!isMoved) throw new Conflict(say("refusal.changed"));
  }
  // One may go where another was.
  await Allocation.release(appointment.businessId, ...moves.map(({ member }) => member.id));
  for (const { member, start, candidate } of moves)
    await Allocation.take(stretchOf(question, candidate, start), { appointmentId: member.id }, now);
  const inTime = now + service.reschedulingNotice * MINUTE;
  const changes = moves.map(({ member, start, candidate: { staffId } }) => ({
    row: {
      ...member,
      staffId,
      previousStaffId: member.staffId,
      startsAt: start,
      endsAt: start + (member.endsAt - member.startsAt),
      startBefore: member.startsAt,
      sequence: member.sequence + 1,
    },
    details: {
      from: member.startsAt,
      to: start,
      fromStaff: member.staffId,
      toStaff: staffId,
      override: override || member.startsAt < inTime,
    },
  }));
  await tellTogether("moved", changes, by.actor, now);
}

async function affected({ appointment, question, by }: Shift): Promise<Member[]> {
  const members = await membersOf(appointment);
  return membersIn(members, appointment.startsAt, question.now).filter(
    ({ staffId }) => by.only === undefined || staffId === by.only,
  );
}

function targetsOf({ appointment, question, start }: Shift, members: readonly Member[]) {
  const { zone } = question.catalogue.business;
  const localOf = (instant: Instant) => instantToLocal(instant, zone);
  const { date, minutes } = localOf(start);
  const days = daysBetween(localOf(appointment.startsAt).date, date);
  return members.map((member) => {
    const day = addDays(localOf(member.startsAt).date, days);
    const [other = null] = localToInstants(day, minutes, zone);
    return { member, start: member.id === appointment.id ? start : other };
  });
}

function candidateOf(
  { member, start }: { member: Member; start: Instant | null },
  { staffId = member.staffId }: Question,
  free: ReadonlyMap<Instant, readonly Candidate[]>,
): Candidate | undefined {
  return free.get(start ?? 0)?.find((candidate) => candidate.staffId === staffId);
}

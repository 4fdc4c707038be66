// Rooms and equipment. A start takes one resource a need, none twice, each free for the appointment
// and its buffers and large enough: for as many people as the service has seats.
import { blocked, type Book, groupAt, type Need, type Resource, seatsOf } from "./book.ts";
import { contains, intersect, type Interval } from "./intervals.ts";
import type { Instant } from "./time.ts";

/**
 * Which resources to take at `start` with this provider, one a need in the order of the needs; null:
 * there are not enough free. Best fit: a need takes the smallest, then the first by position, then
 * by id, that leaves enough for the needs after it. A group that takes place keeps what it has.
 */
export function fitResources(book: Book, start: Instant, staffId: number): number[] | null {
  const provider = book.providers.find((candidate) => candidate.staffId === staffId);
  const group = provider && groupAt(provider, book, start);
  if (group) return [...group.resourceIds];
  return bestFit(choicesAt(usable(book), start));
}

/** The number of the first need that cannot be met at `start` together with those before it, or −1. */
export function unmetNeed(book: Book, start: Instant): number {
  return firstUnmet(choicesAt(usable(book), start));
}

/** The instants from which some need has none of its resources free, as if it were the only need. */
export function withoutResources(book: Book): (readonly Interval[])[] {
  return usable(book).map(([first, ...others]) =>
    first === undefined
      ? [{ start: -Infinity, end: Infinity }]
      : others.reduce((none, one) => intersect(none, one.blocked), first.blocked),
  );
}

/** Whether all needs can be met at once. Needs without a resource in common do not ask. */
export function needsTogether(book: Book): ((start: Instant) => boolean) | undefined {
  const { needs = [] } = book;
  const ids = needs.flatMap(({ resources }) => [...new Set(resources.map(({ id }) => id))]);
  if (new Set(ids).size === ids.length) return undefined;
  const resources = usable(book);
  return (start) => firstUnmet(choicesAt(resources, start)) === -1;
}

type Usable = { id: number; blocked: readonly Interval[] };

/** For each need what is large enough, best fit first. */
function usable({ needs = [], service }: Book): Usable[][] {
  const people = seatsOf(service);
  return needs.map(({ resources }: Need) =>
    resources
      .filter(({ capacity }) => capacity >= people)
      .toSorted(bySize)
      .map(({ id, busy }) => ({ id, blocked: blocked(busy, service) })),
  );
}

function bySize(a: Resource, b: Resource): number {
  if (a.capacity !== b.capacity) return a.capacity < b.capacity ? -1 : 1; // may be infinite
  return a.position - b.position || a.id - b.id;
}

function choicesAt(resources: readonly Usable[][], start: Instant): number[][] {
  return resources.map((some) =>
    some.filter((one) => !contains(one.blocked, start)).map(({ id }) => id),
  );
}

function bestFit(choices: readonly (readonly number[])[]): number[] | null {
  if (firstUnmet(choices) !== -1) return null;
  const settled = choices.map((ids) => [...ids]);
  // Each need in turn is left with its best, so what it takes is no choice of the needs after it.
  for (const [need, ids] of choices.entries())
    settled[need] = ids.filter((id) => firstUnmet(settled.with(need, [id])) === -1).slice(0, 1);
  return settled.flat();
}

/** By augmenting paths: a need may take what another has, if that one finds something else. */
function firstUnmet(choices: readonly (readonly number[])[]): number {
  const takenBy = new Map<number, number>();
  const take = (need: number, asked: Set<number>): boolean =>
    choices[need]!.some((id) => {
      if (asked.has(id)) return false;
      asked.add(id);
      const other = takenBy.get(id);
      if (other !== undefined && !take(other, asked)) return false;
      takenBy.set(id, need);
      return true;
    });
  return choices.findIndex((_, need) => !take(need, new Set()));
}

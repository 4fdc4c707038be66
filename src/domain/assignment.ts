export type Candidate = { staffId: number; bookedMinutesThatWeek: number; position: number };

/** Who gets a booking for "anyone": the least booked that week, then the first in the list. */
export function chooseProvider(candidates: readonly Candidate[]): number | undefined {
  const [chosen] = candidates.toSorted(
    (a, b) =>
      a.bookedMinutesThatWeek - b.bookedMinutesThatWeek ||
      a.position - b.position ||
      a.staffId - b.staffId,
  );
  return chosen?.staffId;
}

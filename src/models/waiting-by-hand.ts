// Offering somebody on the waiting list a time of the business's own choice.
import type { Instant, LocalDate, Zone } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { TimeTaken } from "./allocation.ts";
import type { Actor } from "./audit-entry.ts";
import { type Catalogue, catalogueAt, catalogueOfId } from "./catalogue.ts";
import { type Question, startsOn } from "./starts.ts";
import { tell, type WaitingEntry } from "./waiting-entry.ts";
import { earliestOf, keepFor, NotWaiting, questionOf } from "./waiting-keeping.ts";
import { offeredTo } from "./waiting-offer.ts";

/** `only`: the provider whom alone who offers it may book with. */
type ByHand = { now: Instant; only: number | undefined };
type Offering = ByHand & { actor: Actor };

export const OfferByHand = {
  /**
   * What staff can offer her on a day, whatever she wished: nothing that she has been offered before,
   * and nothing inside the notice. With the zone of where it is.
   */
  async starts(
    entry: WaitingEntry,
    day: LocalDate,
    by: ByHand,
  ): Promise<{ starts: Instant[]; zone: Zone }> {
    const catalogue = await catalogueOfId(entry.businessId);
    const { zone } = catalogueAt(catalogue, entry.locationId).business;
    const question = questionByHand(catalogue, entry, by);
    if (!question) return { starts: [], zone };
    const [found, before] = [
      await startsOn(question, day, 1),
      await offeredTo(entry.businessId, entry.id),
    ];
    const earliest = earliestOf(question);
    const starts = found.map(({ start }) => start);
    return { starts: starts.filter((one) => one >= earliest && !before.has(one)), zone };
  },

  /**
   * Staff offer her a time, whoever would be next.
   * @throws TimeTaken for what is not to be had
   * @throws Conflict for what she has been offered before, and while she is offered another
   */
  async offer(entry: WaitingEntry, start: Instant, by: Offering): Promise<void> {
    const question = questionByHand(await catalogueOfId(entry.businessId), entry, by);
    if (!question || start < earliestOf(question)) throw new TimeTaken();
    if ((await offeredTo(entry.businessId, entry.id)).has(start))
      throw new Conflict("This time has been offered to them before");
    try {
      await keepFor(entry, question, start, () => tell("waiting.offered", entry, by.actor, by.now));
    } catch (error) {
      if (!(error instanceof NotWaiting)) throw error;
      throw new Conflict("They are being offered another time, or have left the list");
    }
  },
};

/** Who sees her own book only offers her own time. */
function questionByHand(
  catalogue: Catalogue,
  entry: WaitingEntry,
  { now, only }: ByHand,
): Question | undefined {
  const question = questionOf(catalogue, entry, now);
  return question && { ...question, staffId: question.staffId ?? only };
}

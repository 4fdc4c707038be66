// Changing what a business has set up: one change at a time, and none that its author has not seen.
import { Conflict } from "../errors.ts";
import { hashToken } from "../secrets.ts";
import { isPostgres, rows, transaction } from "./database.ts";

/** What is stored is no longer what its editor saw: somebody else has changed it. */
export class ChangedMeanwhile extends Conflict {
  constructor() {
    super("Somebody has changed this meanwhile");
  }
}

/** Another row has that name or address already, or a rule of the business forbids the value. */
export class Refused extends Conflict {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/**
 * A transaction in which nobody else changes the set-up of this business, so that what is read in it
 * still holds when it is written.
 */
export function inTurn<T>(business: { id: number }, work: () => Promise<T>): Promise<T> {
  return transaction(async () => {
    // Bookings only refer to the business, and may go on. On SQLite writers take turns anyway.
    if (isPostgres)
      await rows("SELECT id FROM businesses WHERE id = $id FOR NO KEY UPDATE", { id: business.id });
    return work();
  });
}

/** Names exactly these values, for the form that shows them. The order of their names is free. */
export function editionOf(values: object): string {
  const entries = Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return hashToken(JSON.stringify(entries)).slice(0, 22);
}

/**
 * Whether there is anything to write. Saving what is saved already changes nothing, whoever did it.
 * @throws ChangedMeanwhile when `seen` is not the edition of what is stored
 */
export function isChange(stored: object, wanted: object, seen: string): boolean {
  const edition = editionOf(stored);
  if (edition === editionOf(wanted)) return false;
  if (edition !== seen) throw new ChangedMeanwhile();
  return true;
}

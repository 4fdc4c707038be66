// What somebody on a waiting list waits for.
import type { LocalDate, LocalTime } from "./time.ts";

/** Days and minutes of the local day, both ends included; null: no bound. */
export type WaitingWish = {
  fromDate: LocalDate;
  toDate: LocalDate;
  fromMinute: number | null;
  toMinute: number | null;
};

/** Whether a start at this local time would suit her. */
export function suits(wish: WaitingWish, { date, minutes }: LocalTime): boolean {
  return (
    date >= wish.fromDate &&
    date <= wish.toDate &&
    minutes >= (wish.fromMinute ?? 0) &&
    minutes <= (wish.toMinute ?? Infinity)
  );
}

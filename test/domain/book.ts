// A business with one provider who works on Fridays from nine to twelve; tests change what they mean.
import {
  type Book,
  type Busy,
  type Page,
  type Provider,
  type ServiceRules,
  starts,
} from "../../src/domain/availability.ts";
import type { WeeklyHours } from "../../src/domain/hours.ts";
import { formatInstant, localToInstants } from "../../src/domain/time.ts";

export const NEW_YORK = "America/New_York";
export const FRIDAY = "2026-11-27";

export const at = (date: string, hour: number, zone = NEW_YORK) =>
  localToInstants(date, hour * 60, zone)[0]!;
export const weekly = (weekday: number, from: number, to: number): WeeklyHours => ({
  staffId: 1,
  weekday,
  from: from * 60,
  to: to * 60,
});
export const busy = (from: number, to: number, kind: Busy["kind"] = "appointment"): Busy => ({
  start: at(FRIDAY, from),
  end: at(FRIDAY, to),
  kind,
});
export const provider = (fields: Partial<Provider> = {}): Provider => ({
  staffId: 1,
  hours: [weekly(5, 9, 12)],
  exceptions: [],
  busy: [],
  ...fields,
});
export const service = (fields: Partial<ServiceRules> = {}): ServiceRules => ({
  minutes: 60,
  step: 30,
  bufferBefore: 0,
  bufferAfter: 0,
  bookingNotice: 0,
  horizonDays: 60,
  ...fields,
});
export const book = (fields: Partial<Book & Page> = {}): Book & Page => ({
  service: service(),
  providers: [provider()],
  closures: [],
  zone: NEW_YORK,
  now: at("2026-11-22", 12),
  from: FRIDAY,
  days: 1,
  ...fields,
});

/** The starts on the clock: "9:00 AM", with the offset where a time comes twice. */
export const times = (asked: Book & Page) =>
  starts(asked).map(({ start }) => formatInstant(start, asked.zone).time);
/** The same with the day of the month before. */
export const dated = (asked: Book & Page) =>
  starts(asked).map(({ start }) =>
    formatInstant(start, asked.zone).dateTime.slice(8, 16).replace("T", " "),
  );

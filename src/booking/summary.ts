// What is about to be booked, or is, as pages say it.
import { formatMoney } from "../domain/money.ts";
import { formatInstant, type Instant, MINUTE } from "../domain/time.ts";
import type { Words } from "../language.ts";
import { depositOf } from "../models/appointment-row.ts";
import type { Question } from "../models/starts.ts";

/** What, with whom, where and when; what it costs if the business shows it. */
export function summaryOf(
  { catalogue, service, addons = [], people = 1 }: Question,
  { staffId, startsAt }: { staffId: number; startsAt: Instant },
  { locale }: Words,
) {
  const { zone, currency } = catalogue.business;
  const money = (cents: number | null) => cents && formatMoney(cents, currency, locale);
  return {
    service,
    provider: catalogue.providers.find(({ id }) => id === staffId),
    location: catalogue.views.size > 1 ? catalogue.location : undefined,
    addons: addons.map(({ name }) => name),
    people: service.seats > 1 ? people : undefined,
    when: formatInstant(startsAt, zone, locale),
    until: formatInstant(startsAt + service.minutes * MINUTE, zone, locale),
    price: service.priceShown && service.price ? money(service.price * people) : undefined,
    deposit: money(depositOf(service, people)),
  };
}

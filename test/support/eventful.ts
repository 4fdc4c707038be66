// What happens in a business besides: bookings that repeat, mails on their way, a waiting list,
// customers who were one, and one who is no longer there.
import { addDays, DAY, parseStart } from "../../src/domain/time.ts";
import { Absence } from "../../src/models/absence.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { CustomerMerger } from "../../src/models/customer-merger.ts";
import { run, transaction } from "../../src/models/database.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { Customer } from "../../src/models/index.ts";
import { WaitingEntries } from "../../src/models/waiting-entry.ts";
import { leaveList } from "../../src/models/waiting-leaving.ts";
import { Waiting } from "../../src/models/waiting.ts";
import { Webhook } from "../../src/models/webhook.ts";
import type { Furnished } from "./furnished.ts";
import { someStart } from "./sample.ts";
import { bookSeries } from "./series.ts";
import { runJobs } from "./world.ts";

export async function eventful(house: Furnished): Promise<void> {
  const { business, sam } = house;
  const actor = { kind: "staff", staffId: sam.id } as const;
  const terms = { events: ["appointment.booked"], fields: ["customer_name"] } as const;
  const url = "https://hooks.example.com/plainbook";
  await Webhook.add(business, { url, ...terms } as never, actor, Date.now());
  await transaction(() => run("DELETE FROM webhook_consents"));
  await waitingList(house);
  await mergeTwo(house);
  await repeat(house, "sent@customer.example");
  await runJobs();
  await repeat(house, "erased@customer.example");
  await eraseWhoHas(house, "erased@customer.example");
  await repeat(house, "waits@customer.example");
  await transaction(() =>
    run("UPDATE deliveries SET due_at = due_at + $day WHERE state = 'pending'", { day: DAY }),
  );
  await Absence.grant(business, house.absence, actor, Date.now());
}

/** One who is offered a time, one who waits, one who has left. */
async function waitingList({ haircut, business }: Furnished): Promise<void> {
  await transaction(() =>
    run("UPDATE services SET waiting_list = TRUE WHERE id = $id", { id: haircut.id }),
  );
  const catalogue = await catalogueOf(business.slug);
  const now = Date.now();
  const question = { catalogue, service: serviceById(catalogue, haircut.id), now };
  const today = new Date(now).toISOString().slice(0, 10);
  const days = { fromDate: today, toDate: addDays(today, 14) };
  const join = (uid: string, fromMinute: number | null) => {
    const minutes = { fromMinute, toMinute: fromMinute };
    const who = { name: uid, email: `${uid}@waiting.example`, phone: null, language: "es", uid };
    return WaitingEntries.join(
      question,
      { ...who, ...days, ...minutes },
      { kind: "customer" },
      now,
    );
  };
  await join("offered", null);
  await join("waiting", 180);
  const left = await join("left", 180);
  await leaveList(await WaitingEntries.withToken(left), { kind: "customer" }, now);
  await Waiting.offer(business.id, now);
}

async function mergeTwo({ business }: Furnished): Promise<void> {
  const system = { kind: "system" } as const;
  const [one, other] = await Promise.all(
    ["Mo", "Maurice"].map(async (name) => {
      const known = { name, email: "mo@customer.example", phone: null, note: "", alert: "" };
      return Customer.find(business, await Customer.add(business, known, system, Date.now()));
    }),
  );
  if (one && other) await CustomerMerger.merge(one, other, system, Date.now());
}

async function repeat(house: Furnished, email: string): Promise<void> {
  const start = parseStart(await someStart(house, 9)) ?? undefined;
  const wanted = { slug: "demo", serviceId: house.haircut.id, count: 3, start, now: Date.now() };
  await bookSeries({ ...wanted, details: { name: "Serena", email } });
}

async function eraseWhoHas({ business }: Furnished, email: string): Promise<void> {
  const her = await Customer.findOne({ where: { email }, rejectOnEmpty: true });
  const how = { cancelling: true, actor: { kind: "customer" } } as const;
  await Erasure.erase(await catalogueOf(business.slug), [her.id], how, Date.now());
}

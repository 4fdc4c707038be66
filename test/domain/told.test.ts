import assert from "node:assert/strict";
import {
  type AppointmentFacts,
  money,
  type PersonalField,
  personalFields,
  toldAppointment,
  toldCustomer,
} from "../../src/domain/told.ts";
import { plainFields } from "../../src/domain/webhooks.ts";
import { pathsIn } from "../support/paths.ts";

const at = Date.UTC(2027, 1, 1, 15);
const facts: AppointmentFacts = {
  id: 7,
  status: "confirmed",
  startsAt: at,
  endsAt: at + 1_800_000,
  zone: "America/New_York",
  price: 3500,
  note: "Comes with a dog",
  sequence: 2,
  createdAt: at,
  updatedAt: at,
  cancelledAt: null,
  comingAt: null,
  serviceId: 1,
  serviceName: "Haircut",
  staffId: 2,
  staffName: "Ben Brown",
  locationId: 3,
  locationName: "Main Street",
  people: 1,
  addons: [],
  seriesId: null,
  customerId: 4,
  customerName: "Dora Diaz",
  customerEmail: "dora@example.com",
  customerPhone: "555 0123",
  otherPhone: "555 0199",
};
const customer = { id: 4, name: "Dora", email: null, phone: "555 0123", createdAt: at };

describe("what other programs are told", () => {
  it("[P4.2] is what is listed as always told, and nothing more unless it was agreed to", () => {
    assert.deepEqual(pathsIn(toldAppointment(facts, "USD", [])), listed("appointment"));
    assert.deepEqual(pathsIn(toldCustomer(customer, [])), listed("customer"));
  });

  const extra: Array<[PersonalField, appointment: string, value: string, customer?: string]> = [
    ["customer_name", "customer.name", "Dora Diaz", "name"],
    ["customer_email", "customer.email", "dora@example.com", "email"],
    ["customer_phone", "customer.phone", "555 0199", "phone"],
    ["note", "note", "Comes with a dog"],
  ];
  for (const [field, path, value, ofCustomer] of extra)
    it(`[P4.2] has ${path} besides where ${field} was agreed to`, () => {
      const told = toldAppointment(facts, "USD", [field]);
      assert.deepEqual(pathsIn(told).difference(listed("appointment")), new Set([path]));
      assert.ok(JSON.stringify(told).includes(value));
      const more = pathsIn(toldCustomer(customer, [field])).difference(listed("customer"));
      assert.deepEqual(more, new Set(ofCustomer === undefined ? [] : [ofCustomer]));
    });

  it("knows a word for each field that can be agreed to", () => {
    assert.deepEqual(
      extra.map(([field]) => field),
      Object.keys(personalFields),
    );
  });

  const amounts: Array<[hundredths: number, currency: string, amount: number]> = [
    [3500, "USD", 3500],
    [350_000, "JPY", 3500],
    [3500, "KWD", 35_000],
  ];
  for (const [hundredths, currency, amount] of amounts)
    it(`has a price of ${currency} in its smallest unit`, () =>
      assert.deepEqual(money(hundredths, currency), { amount, currency }));
});

function listed(what: keyof typeof plainFields): Set<string> {
  return new Set(Object.keys(plainFields[what]));
}

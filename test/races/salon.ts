// A salon for races: several web processes, people who press at once, and what must hold afterwards.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rows } from "../../src/models/database.ts";
import type { Business, Person, Service, Staff } from "../../src/models/index.ts";
import { formToken } from "../../src/web/form-token.ts";
import { formOf, type Page, signedIn } from "../support/browser.ts";
import { someAddress, startWebs, visitorOf, type Webs } from "../support/webs.ts";
import { buildBusiness, buildPerson, buildService, buildStaff, world } from "../support/world.ts";

export const PROCESSES = 4;

export type Salon = { business: Business; owner: Person; providers: Staff[]; service: Service };

/** The web processes of a file's tests; they start once, their businesses are made anew. */
export function racing() {
  let webs: Webs | undefined;
  let turn = 0;
  before(async () => {
    await world();
    webs = await startWebs(PROCESSES);
  });
  after(() => webs?.stop());
  beforeEach(() => world());

  /** Somebody from an address of her own, at the next of the processes. */
  function somebody(cookie = "") {
    const { origins } = webs ?? { origins: [] };
    return visitorOf(origins[turn++ % PROCESSES] ?? "", someAddress(), cookie);
  }

  /** Presses "Continue" on the page of times. */
  function hold({ business, service }: Salon, start: string): Promise<Page> {
    const fields = { _csrf: formToken(), staff: "", leave_empty: "", start };
    return somebody().post(`/book/${business.slug}/${service.slug}`, fields);
  }

  /** Sends the form of details. */
  function confirm(location: string, name: string, more = {}): Promise<Page> {
    const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.com`;
    const typed = { _csrf: formToken(), name, email, phone: "", note: "", ...more };
    return somebody().post(location, typed);
  }

  /** From the time to the appointment's page. */
  async function book(salon: Salon, start: string, name: string): Promise<string> {
    const held = await hold(salon, start);
    assert.equal(held.status, 303, held.html);
    const booked = await confirm(held.location, name);
    assert.equal(booked.status, 303, booked.html);
    return booked.location;
  }

  function move(appointment: string, start: string): Promise<Page> {
    return somebody().post(`${appointment}/rescheduling`, { _csrf: formToken(), start });
  }

  function cancel(appointment: string): Promise<Page> {
    return somebody().post(`${appointment}/cancellation`, { _csrf: formToken() });
  }

  /** The owner at her last step: what sends her form. */
  async function readyToBook({ business, owner, service }: Salon, start: string, name: string) {
    const { cookie } = await signedIn(owner);
    const ana = somebody(cookie);
    const asked = new URLSearchParams({ service: String(service.id), staff: "", start });
    const page = await ana.get(`/b/${business.slug}/appointments/new?${asked.toString()}`);
    const { target, values } = formOf(page, "/appointments");
    return () => ana.post(target, { ...values, name });
  }

  return { hold, confirm, book, move, cancel, readyToBook };
}

/** A business that no process has cached, under a slug nobody had before. */
export async function openSalon(providers = 1, fields: Partial<Service> = {}): Promise<Salon> {
  const slug = `salon-${randomBytes(6).toString("hex")}`;
  const business = await buildBusiness({ slug });
  const owner = await buildPerson({ name: "Ana Alvarez" });
  await buildStaff(business, { person: owner, role: "owner", bookable: false });
  const staff: Staff[] = [];
  for (let i = 0; i < providers; i++) staff.push(await buildStaff(business, { position: i }));
  const service = await buildService(business, { slug: "cut", ...fields }, staff);
  return { business, owner, providers: staff, service };
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** How many answers had which status, like { 303: 1, 409: 49 }. */
export function statuses(pages: readonly Page[]): Record<number, number> {
  const counted: Record<number, number> = {};
  for (const { status } of pages) counted[status] = (counted[status] ?? 0) + 1;
  return counted;
}

/** A page that says the time has gone and offers others. */
export function assertTaken(page: Page): void {
  assert.equal(page.status, 409, page.html);
  assert.equal(page.$("h1").text(), "That time has just been taken");
  assert.ok(page.$("input[name=start]").length > 0, "the next free times are shown");
}

export async function countOf(table: "appointments" | "holds" | "allocations"): Promise<number> {
  const [row] = await rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`);
  return row?.n ?? 0;
}

/** Never two at once, and each appointment takes its time with its buffers: no more, no less. */
export async function assertNeverTwoAtOnce(): Promise<void> {
  assert.deepEqual(await rows(OVERLAPS), [], "no two allocations overlap");
  assert.deepEqual(await rows(WRONG), [], "each appointment has exactly its allocation");
  assert.deepEqual(await rows(STRAY), [], "a cancelled appointment has none");
}

const OVERLAPS = `SELECT a.id, b.id AS other FROM allocations a
  JOIN allocations b ON b.business_id = a.business_id AND b.subject = a.subject AND b.id > a.id
    AND a.busy_from < b.busy_until AND a.busy_until > b.busy_from`;
const WRONG = `SELECT p.id, count(a.id) AS allocations FROM appointments p
  JOIN services s ON s.business_id = p.business_id AND s.id = p.service_id
  LEFT JOIN allocations a ON a.business_id = p.business_id AND a.appointment_id = p.id
    AND a.staff_id = p.staff_id
    AND a.busy_from = p.starts_at - s.buffer_before * 60000
    AND a.busy_until = p.ends_at + s.buffer_after * 60000
  WHERE p.status = 'confirmed' GROUP BY p.id HAVING count(a.id) <> 1`;
const STRAY = `SELECT a.id FROM allocations a
  JOIN appointments p ON p.business_id = a.business_id AND p.id = a.appointment_id
  WHERE p.status = 'cancelled'`;

// Salon Ana's appointment book, for the tests of its pages.
import { addDays } from "../../src/domain/time.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Appointment, AuditEntry, type Service, type Staff } from "../../src/models/index.ts";
import { type Browser, type Fields, formOf, type Page } from "./browser.ts";
import { upcoming, type World } from "./world.ts";

export const BOOK = "/b/anas-salon/appointments";
export const tuesday = upcoming(2, 540);
export const saturday = upcoming(6, 540);
export const dayAfter = addDays(tuesday.date, 1);

type Wanted = {
  name?: string;
  email?: string;
  phone?: string | null;
  note?: string;
  start?: number;
  service?: Service;
  staff?: Staff;
};

/** An appointment that Ana made by hand: Tuesday at 9:00 with Ben unless told otherwise. */
export async function booked(cast: World, wanted: Wanted = {}): Promise<Appointment> {
  const { name = "Dora Diaz", email = "dora@example.com", phone = null, note = "" } = wanted;
  const catalogue = await catalogueOf("anas-salon");
  const { id } = await Appointment.bookFor(
    {
      catalogue,
      service: serviceById(catalogue, (wanted.service ?? cast.haircut).id),
      staffId: (wanted.staff ?? cast.benStaff).id,
      now: Date.now(),
    },
    wanted.start ?? tuesday.instant,
    { name, email, phone, note },
    { kind: "staff", staffId: cast.anaStaff.id },
    true,
  );
  return Appointment.find(cast.salon, id);
}

export function again({ businessId, id }: Appointment): Promise<Appointment> {
  return Appointment.find({ id: businessId }, id);
}

export function historyOf({ businessId, id }: Appointment) {
  return AuditEntry.ofAppointment(businessId, id);
}

export function appointments() {
  return rows<{ id: number; staffId: number; startsAt: number }>(
    `SELECT id, staff_id AS "staffId", starts_at AS "startsAt" FROM appointments ORDER BY id`,
  );
}

export function provides(staff: Staff, service: Service): Promise<number> {
  return transaction(() =>
    run(
      `INSERT INTO staff_services (business_id, staff_id, service_id)
       VALUES ($businessId, $staffId, $serviceId)`,
      { businessId: staff.businessId, staffId: staff.id, serviceId: service.id },
    ),
  );
}

/** The page that asks who Tuesday's 9:00 is for. */
export function customerStep(cast: World, more = ""): string {
  const start = encodeURIComponent(tuesday.iso);
  return `${BOOK}/new?service=${cast.haircut.id}&date=${tuesday.date}&start=${start}${more}`;
}

/** The starts a page has to choose from. */
export function timesOf({ $ }: Page): string[] {
  return $("input[name=start][type=radio]")
    .toArray()
    .map((radio) => String($(radio).val()));
}

/** The fields of the page's form that posts to an address with this end. */
export function fieldsOf(page: Page, more: Fields, action = "/appointments"): Fields {
  return { ...formOf(page, action).values, ...more };
}

/** The token of somebody's forms, for a bare post. */
export async function tokenOf(browser: Browser, slug = "anas-salon"): Promise<Fields> {
  const { _csrf = "" } = formOf(await browser.get(`/b/${slug}/customers/new`)).values;
  return { _csrf };
}

/** The next days on which the clocks in New York go forward over 2:30 and back over 1:30. */
export function clockChanges(): { forward: string; back: string } {
  const now = Temporal.Now.zonedDateTimeISO("America/New_York");
  const first = now.getTimeZoneTransition("next");
  const second = first?.getTimeZoneTransition("next");
  const days = [first, second].map((change) => change?.toPlainDate().toString() ?? "");
  const [one = "", two = ""] = days;
  const isForward = first !== null && first.offsetNanoseconds > now.offsetNanoseconds;
  return isForward ? { forward: one, back: two } : { forward: two, back: one };
}

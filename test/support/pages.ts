// Every page there is: by the route that shows it, as each who may see it gets it, and in the
// states it can be in. A route that is added without a line here fails a test.
import { createServer } from "node:http";
import express from "express";
import supertest from "supertest";
import { load } from "cheerio";
import { HttpError, TooManyRequests } from "../../src/errors.ts";
import { ReferralRefusal } from "../../src/models/referral-refusal.ts";
import { Switch } from "../../src/models/switch.ts";
import { visitorArea } from "../../src/web/areas.ts";
import { showError } from "../../src/web/errors.ts";
import { type Browser, formOf, type Page } from "./browser.ts";
import { type Furnished, newcomer, outcome } from "./furnished.ts";
import { booking } from "./pages-booking.ts";
import { catalogue } from "./pages-catalogue.ts";
import { groups } from "./pages-groups.ts";
import { customers } from "./pages-customers.ts";
import { integrations } from "./pages-integrations.ts";
import { files } from "./pages-files.ts";
import { customersData } from "./pages-my.ts";
import { privacy } from "./pages-privacy.ts";
import { reports } from "./pages-reports.ts";
import { series } from "./pages-series.ts";
import { waiting } from "./pages-waiting.ts";
import {
  type Ask,
  asked,
  both,
  changed,
  get,
  refused,
  type Route,
  type Sample,
  someStart,
} from "./sample.ts";

const B = "/b/demo";
const TEXT = `${B}/notices/confirmation/texts/en`;

/** What a GET answers that is no page. */
export const NO_PAGES: readonly Route[] = [
  "GET /account/data.json",
  "GET /api/v1/openapi.json",
  "GET /appointments/:token/calendar.ics",
  "GET /b/:business/absences.csv",
  "GET /b/:business/appointments.csv",
  "GET /b/:business/customers.csv",
  "GET /b/:business/deliveries.csv",
  "GET /b/:business/reports/:report.csv",
  "GET /b/:business/services.csv",
  "GET /b/:business/staff.csv",
  "GET /b/:business/takeout/exports/:id/file",
  "GET /b/:business/waiting.csv",
  "GET /my/:business/:token/data",
  "GET /calendars/:token.ics",
  "GET /operator/statistics.csv",
];

/** Posts that have nothing to fill in, so nothing to refuse. */
export const NOTHING_TO_REFUSE: readonly Route[] = [
  "POST /refer/changes",
  "POST /refer/refusals/:token",
  "POST /logout",
  "POST /account/businesses/:id/profile-removal",
  "POST /account/sign-ins/others/end",
  "POST /account/sign-ins/:id/end",
  "POST /appointments/:token/cancellation",
  "POST /appointments/:token/series/cancellation",
  "POST /appointments/:token/attendance",
  "POST /appointments/:token/confirmation",
  "POST /my/:business/links/:token",
  "POST /b/:business/takeout/exports",
  "POST /b/:business/customers/imports/:id/removal",
  "POST /my/:business/:token/departure",
  "POST /my/:business/:token/waiting/:id/departure",
  "POST /waiting/:token/refusal",
  "POST /waiting/:token",
  "POST /b/:business/waiting/:id/removal",
  "POST /b/:business/appointments/:id/cancellation",
  "POST /b/:business/appointments/:id/series/cancellation",
  "POST /b/:business/appointments/:id/series/approval",
  "POST /b/:business/appointments/:id/series/refusal",
  "POST /b/:business/appointments/:id/approval",
  "POST /b/:business/appointments/:id/refusal",
  "POST /b/:business/appointments/:id/arrival",
  "POST /b/:business/appointments/:id/completion",
  "POST /b/:business/appointments/:id/no-show",
  "POST /b/:business/appointments/:id/correction",
  "POST /b/:business/appointments/:id/deliveries/:delivery/repetition",
  "POST /b/:business/appointments/:id/calls/:call/repetition",
  "POST /b/:business/customers/:id/approval",
  "POST /b/:business/customers/:id/block",
  "POST /b/:business/customers/:id/block/removal",
  "POST /b/:business/fields/:id/place",
  "POST /b/:business/fields/:id/archival",
  "POST /b/:business/fields/:id/restoration",
  "POST /b/:business/deliveries/:id/repetition",
  "POST /b/:business/deliveries/calls/:id/repetition",
  "POST /b/:business/notices/:kind/texts/:language/removal",
  "POST /b/:business/services/:id/archival",
  "POST /b/:business/services/:id/restoration",
  "POST /b/:business/addons/:id/archival",
  "POST /b/:business/addons/:id/restoration",
  "POST /b/:business/resources/:id/archival",
  "POST /b/:business/resources/:id/restoration",
  "POST /b/:business/locations/:id/archival",
  "POST /b/:business/locations/:id/restoration",
  "POST /b/:business/staff/:id/archival",
  "POST /b/:business/staff/:id/restoration",
  "POST /b/:business/hours/:staffId/exceptions/:id/removal",
  "POST /b/:business/absences/:id/grant",
  "POST /b/:business/absences/:id/refusal",
  "POST /b/:business/absences/:id/withdrawal",
  "POST /b/:business/closures/:id/removal",
  "POST /b/:business/integrations/keys/:id/revocation",
  "POST /b/:business/calendars/:staffId/feed",
  "POST /b/:business/calendars/:staffId/feed/removal",
  "POST /b/:business/calendars/:staffId/remote/:id/reading",
  "POST /b/:business/calendars/:staffId/remote/:id/removal",
  "POST /b/:business/integrations/webhooks/:id/revocation",
  "POST /b/:business/integrations/webhooks/:id/rotation",
  "POST /b/:business/integrations/webhooks/:id/removal",
  "POST /b/:business/integrations/webhooks/:id/tests",
  "POST /b/:business/integrations/webhooks/:id/calls/:call/repetition",
  "POST /operator/logout",
  "POST /operator/referrals/pause",
  "POST /operator/referrals/resumption",
];

export const samples: readonly Sample[] = [
  ...site(),
  ...referrals(),
  ...account(),
  ...booking(),
  ...customersData(),
  ...files(),
  ...waiting(),
  ...series(),
  ...workingDay(),
  ...customers(),
  ...setUp(),
  ...catalogue(),
  ...groups(),
  ...integrations(),
  ...reports(),
  ...privacy(),
  ...beginnings(),
  ...operator(),
  ...errors(),
];

function site(): Sample[] {
  return [
    get("GET /", "visitor", "/"),
    get("GET /refer", "visitor", "/refer"),
    asked("GET /refer", "visitor", { state: "paused" }, async ({ cast }, browser) => {
      await Switch.turn("referrals", false, cast.olga, Date.now());
      const page = await browser.get("/refer");
      await Switch.turn("referrals", true, cast.olga, Date.now());
      return page;
    }),
    get("GET /refer/refusals/:token", "visitor", () => refusalOf("new@friend.example")),
    get(
      "GET /refer/refusals/:token",
      "visitor",
      async () => {
        await ReferralRefusal.add(ReferralRefusal.tokenFor("old@friend.example"));
        return refusalOf("old@friend.example");
      },
      { state: "refused" },
    ),
  ];
}

const REFERRAL = {
  name: "Ana Alvarez",
  friend_name: "Zoë Friend",
  friend_email: "zoe@friend.example",
};

function referrals(): Sample[] {
  const look = (browser: Browser) => browser.submit("/refer", REFERRAL);
  const from = (action: string): Ask => {
    return async (_, browser) => {
      const { target, values } = formOf(await look(browser), "/refer/mails");
      return browser.post(action || target, values);
    };
  };
  const told = (state: string, path: () => Promise<string>, status = 200) =>
    get("GET /refer/outcomes/:token", "visitor", path, { state, status });
  const notSent = ["nobody", "paused", "refused", "deferred", "unreachable"] as const;
  return [
    refused("POST /refer", "visitor", "/refer", { name: "Ana <b>", friend_email: "zoe" }),
    asked("POST /refer", "visitor", { state: "the mail", status: 200 }, (_, vera) => look(vera)),
    asked("POST /refer/changes", "visitor", { status: 200 }, from("/refer/changes")),
    asked("POST /refer/mails", "visitor", { state: "nobody to send", status: 503 }, from("")),
    asked("POST /refer/mails", "visitor", { status: 422 }, async (_, vera) => {
      const { target, values } = formOf(await look(vera), "/refer/mails");
      return vera.post(target, { ...values, friend_name: "" });
    }),
    get("GET /refer/outcomes/:token", "visitor", () => outcome()),
    told("sent", () => outcome({ state: "sent" })),
    told("unknown", () => outcome({ state: "unknown" })),
    ...notSent.map((reason) => told(reason, () => outcome({ state: "not-sent", reason }))),
    told("forgotten", async () => `/refer/outcomes/${"x".repeat(32)}`, 410),
  ];
}

function account(): Sample[] {
  const empty = { name: "", company: "", address: "", email: "x", password: "short" };
  return [
    get("GET /signup", "visitor", "/signup"),
    get("GET /signup", "owner", "/signup", { state: "for another business" }),
    refused("POST /signup", "visitor", "/signup", { ...empty, slug: "Demo!", revenue: "a\u0007" }),
    get("GET /login", "visitor", "/login"),
    get("GET /login", "visitor", "/login?note=new-password", { state: "with a note" }),
    refused("POST /login", "visitor", "/login", { email: "olivia", password: "wrong" }),
    get("GET /login/check", "visitor", "/login/check", { status: 403 }),
    get("GET /password", "visitor", "/password"),
    refused("POST /password", "visitor", "/password", { email: "" }),
    get("GET /password/sent", "visitor", "/password/sent"),
    get("GET /password/:token", "visitor", ({ links }) => links.reset),
    get("GET /password/:token", "visitor", "/password/used", { state: "used", status: 410 }),
    refused("POST /password/:token", "visitor", ({ links }) => links.reset, { password: "short" }),
    get("GET /invitations/:token", "visitor", ({ links }) => links.invitation),
    ...(["visitor", "owner"] as const).map((as) =>
      get("GET /invitations/:token", as, ({ links }) => links.invitationOfKnown, {
        state: "of somebody with an account",
      }),
    ),
    get("GET /invitations/:token", "visitor", "/invitations/used", { state: "used", status: 410 }),
    refused("POST /invitations/:token", "visitor", ({ links }) => links.invitation, {
      name: "",
      password: "short",
    }),
    ...both("GET /account", "/account"),
    ...both("GET /account/closure", "/account/closure"),
    refused("POST /account/closure", "owner", "/account/closure", { password: "" }),
    ...both("GET /account/sign-ins", "/account/sign-ins"),
    refused("POST /account", "owner", "/account", { name: "" }, { action: "/account" }),
    refused("POST /account/password", "owner", "/account", {}, { action: "/password" }),
  ];
}

function workingDay(): Sample[] {
  const list = `${B}/appointments`;
  const one = ({ appointments }: Furnished) => `${list}/${appointments.ahead.id}`;
  const at = (path: (house: Furnished) => string, more: string) => (house: Furnished) =>
    path(house) + more;
  const choosing = async (house: Furnished) =>
    `${list}/new?service=${house.haircut.id}&staff=${house.sam.id}&date=${await someDay(house)}`;
  const chosen = async (house: Furnished) =>
    `${await choosing(house)}&start=${encodeURIComponent(await someStart(house, 2))}`;
  const why = async (house: Furnished, time: string) =>
    `${B}/explanations?service=${house.haircut.id}&staff=&date=${await someDay(house)}&time=${time}`;
  const LIST = "GET /b/:business/appointments";
  const NEW = "GET /b/:business/appointments/new";
  const BOOK = "POST /b/:business/appointments";
  const MOVE = "POST /b/:business/appointments/:id/rescheduling";
  return [
    ...both("GET /b/:business", B),
    ...both(LIST, list),
    get(LIST, "owner", `${list}?view=week`, { state: "week" }),
    get(LIST, "owner", `${list}?view=month`, { state: "month" }),
    get(LIST, "owner", `${list}?by=room`, { state: "by room" }),
    get(LIST, "owner", `${list}?view=agenda&refresh=60`, { state: "agenda, refreshing itself" }),
    get(LIST, "owner", `${list}?view=sheet`, { state: "day sheet" }),
    get(LIST, "owner", `${list}?view=list&when=all`, { state: "list" }),
    get(LIST, "owner", `${list}?view=list&q=nobody+at+all`, { state: "nothing found" }),
    get(LIST, "owner", `${list}?date=2027-12-25`, { state: "empty day" }),
    ...both(NEW, `${list}/new`),
    get(NEW, "owner", choosing, { state: "times" }),
    get(NEW, "owner", async (house) => (await chosen(house)).replace(/service=\d+&/, ""), {
      state: "from a free cell",
    }),
    get(NEW, "owner", async (house) => `${await choosing(house)}&time=3:07`, {
      state: "not offered",
      status: 422,
    }),
    get(NEW, "owner", chosen, { state: "customer" }),
    get(NEW, "owner", async (house) => `${await chosen(house)}&q=a`, { state: "customers found" }),
    get(NEW, "owner", async (house) => `${await chosen(house)}&customer=${house.customer}`, {
      state: "of a customer",
    }),
    refused(BOOK, "owner", chosen, { name: "", email: "x" }, { action: "/appointments" }),
    asked(BOOK, "owner", { state: "taken", status: 409 }, async (house, browser) => {
      const { target, values } = formOf(await browser.get(await chosen(house)), "/appointments");
      await browser.post(target, { ...values, name: "Quick Quentin", once: "a" });
      return browser.post(target, { ...values, name: "Slow Sally", once: "b" });
    }),
    ...both("GET /b/:business/appointments/:id", one),
    get(
      "GET /b/:business/appointments/:id",
      "owner",
      ({ appointments }) => `${list}/${appointments.cancelled.id}`,
      { state: "cancelled" },
    ),
    ...both("GET /b/:business/appointments/:id/details", at(one, "/details")),
    refused("POST /b/:business/appointments/:id/details", "owner", at(one, "/details"), {
      "field_children-coming-along": "0.12345678",
    }),
    changed("POST /b/:business/appointments/:id/details", at(one, "/details"), { note: "Other" }),
    ...both("GET /b/:business/appointments/:id/rescheduling", at(one, "/rescheduling")),
    refused(MOVE, "owner", at(one, "/rescheduling"), { time: "soon" }, { action: "/rescheduling" }),
    refused(
      MOVE,
      "owner",
      at(one, "/rescheduling"),
      { sequence: "9999", time: "9:00" },
      { action: "/rescheduling", state: "changed meanwhile", status: 409 },
    ),
    ...both("GET /b/:business/appointments/:id/cancellation", at(one, "/cancellation")),
    ...both("GET /b/:business/explanations", `${B}/explanations`),
    get("GET /b/:business/explanations", "owner", (house) => why(house, "3:07"), { state: "no" }),
    get("GET /b/:business/explanations", "owner", (house) => why(house, "soon"), {
      state: "refused",
      status: 422,
    }),
  ];
}

function setUp(): Sample[] {
  const service = ({ haircut }: Furnished) => `${B}/services/${haircut.id}/edit`;
  const person = ({ sam }: Furnished) => `${B}/staff/${sam.id}/edit`;
  const hours = ({ sam }: Furnished) => `${B}/hours/${sam.id}`;
  const exceptions = ({ dana }: Furnished) => `${B}/hours/${dana.id}/exceptions`;
  const ownExceptions = ({ sam }: Furnished) => `${B}/hours/${sam.id}/exceptions`;
  const invitation = ({ dana }: Furnished) => `${B}/staff/${dana.id}/invitation`;
  const wrongService = { name: "", minutes: "1", price: "dear", step: "0", slug: "?" };
  return [
    get("GET /b/:business/services", "owner", `${B}/services`),
    get("GET /b/:business/services", "owner", `${B}/services?archived=1`, { state: "archived" }),
    get("GET /b/:business/services/new", "owner", `${B}/services/new`),
    refused("POST /b/:business/services", "owner", `${B}/services/new`, wrongService),
    get("GET /b/:business/services/:id/edit", "owner", service),
    refused("POST /b/:business/services/:id", "owner", service, wrongService),
    changed("POST /b/:business/services/:id", service, { name: "Hair cut" }),
    get("GET /b/:business/staff", "owner", `${B}/staff`),
    get("GET /b/:business/staff", "owner", `${B}/staff?archived=1`, { state: "archived" }),
    get("GET /b/:business/staff/new", "owner", `${B}/staff/new`),
    refused("POST /b/:business/staff", "owner", `${B}/staff/new`, { name: "", email: "x" }),
    ...both("GET /b/:business/staff/rights", `${B}/staff/rights`),
    get("GET /b/:business/staff/:id/edit", "owner", person),
    refused("POST /b/:business/staff/:id", "owner", person, { name: "", position: "99999" }),
    changed("POST /b/:business/staff/:id", person, { name: "Samuel Stone" }),
    get("GET /b/:business/staff/:id/invitation", "owner", invitation),
    refused("POST /b/:business/staff/:id/invitation", "owner", invitation, { email: "x" }),
    get("GET /b/:business/hours", "owner", `${B}/hours`),
    ...both("GET /b/:business/hours/:staffId", hours),
    refused("POST /b/:business/hours/:staffId", "provider", hours, { monday: "9-8", sunday: "?" }),
    changed("POST /b/:business/hours/:staffId", hours, { monday: "9-10" }),
    get("GET /b/:business/hours/:staffId/exceptions", "owner", exceptions),
    get("GET /b/:business/hours/:staffId/exceptions", "provider", ownExceptions),
    refused(
      "POST /b/:business/hours/:staffId/exceptions",
      "owner",
      exceptions,
      {
        date: "2020-01-01",
        hours: "late",
      },
      { action: "/exceptions" },
    ),
    ...both("GET /b/:business/absences", `${B}/absences`),
    refused("POST /b/:business/absences", "provider", `${B}/absences`, { from: "2020-01-01" }),
    ...both("GET /b/:business/absences/:id", ({ absence }) => `${B}/absences/${absence}`),
    ...both("GET /b/:business/closures", `${B}/closures`),
    refused(
      "POST /b/:business/closures",
      "owner",
      `${B}/closures`,
      { from: "" },
      {
        action: "/closures",
      },
    ),
    get("GET /b/:business/holidays", "owner", `${B}/holidays?country=US&state=NY`),
    get("GET /b/:business/holidays", "owner", `${B}/holidays?country=VA`, { state: "few" }),
    refused("POST /b/:business/holidays", "owner", `${B}/holidays`, {}, { action: "/holidays" }),
    get("GET /b/:business/notices", "owner", `${B}/notices`),
    ...both("GET /b/:business/agendas", `${B}/agendas`),
    refused("POST /b/:business/agendas", "provider", `${B}/agendas`, { staff: "0" }),
    refused("POST /b/:business/notices", "owner", `${B}/notices`, { lead: "soon" }),
    get("GET /b/:business/deliveries", "owner", `${B}/deliveries`),
    get("GET /b/:business/deliveries", "owner", `${B}/deliveries?show=failed`, { state: "failed" }),
    get("GET /b/:business/notices/:kind/texts/:language", "owner", TEXT),
    refused(
      "POST /b/:business/notices/:kind/texts/:language",
      "owner",
      TEXT,
      { text: "{nobody}" },
      { action: "/en" },
    ),
    asked(
      "POST /b/:business/notices/:kind/texts/:language",
      "owner",
      { state: "preview" },
      (_, owner) => owner.submit(TEXT, { preview: "1" }, "/en"),
    ),
    get("GET /b/:business/settings", "owner", `${B}/settings`),
    refused(
      "POST /b/:business/settings",
      "owner",
      `${B}/settings`,
      { name: "", slug: "?" },
      {
        action: "/settings",
      },
    ),
    refused(
      "POST /b/:business/settings",
      "owner",
      `${B}/settings`,
      { zone: "Europe/Berlin" },
      {
        action: "/settings",
        state: "another zone",
        status: 200,
      },
    ),
    refused(
      "POST /b/:business/settings/profile",
      "owner",
      `${B}/settings`,
      {
        revenue: "x".repeat(500),
      },
      { action: "/profile" },
    ),
  ];
}

/** A business on its first day: what the lists say when they are empty. */
function beginnings(): Sample[] {
  const empty: Array<[Route, string]> = [
    ["GET /b/:business", ""],
    ["GET /b/:business/appointments", "/appointments"],
    ["GET /b/:business/appointments/new", "/appointments/new"],
    ["GET /b/:business/customers", "/customers"],
    ["GET /b/:business/explanations", "/explanations"],
    ["GET /b/:business/customers/duplicates", "/customers/duplicates"],
    ["GET /b/:business/deliveries", "/deliveries"],
    ["GET /b/:business/fields", "/fields"],
    ["GET /b/:business/services", "/services"],
    ["GET /b/:business/services/new", "/services/new"],
    ["GET /b/:business/closures", "/closures"],
  ];
  return [
    ...empty.map(([route, path]) =>
      asked(route, "owner", { state: "first day" }, async (house) =>
        (await newcomer(house)).get(`/b/eves-shop${path}`),
      ),
    ),
    asked("GET /book/:business", "visitor", { state: "closed" }, async (house, browser) => {
      await newcomer(house);
      return browser.get("/book/eves-shop");
    }),
  ];
}

function operator(): Sample[] {
  const today = new Date().toISOString().slice(0, 10);
  const figures = "/operator/statistics";
  return [
    get("GET /operator", "operator", "/operator"),
    get("GET /operator/login", "visitor", "/operator/login"),
    refused("POST /operator/login", "visitor", "/operator/login", { email: "x", password: "y" }),
    get("GET /operator/login/check", "visitor", "/operator/login/check", { status: 403 }),
    get("GET /operator/queues", "operator", "/operator/queues"),
    get("GET /operator/referrals", "operator", "/operator/referrals"),
    get("GET /operator/statistics", "operator", `${figures}?period=month&start=${today}`),
    get("GET /operator/statistics", "operator", `${figures}?period=day&start=2026-01-01`, {
      state: "nothing",
    }),
  ];
}

/** Each number an error page can have, and the page that offers to send a form again. */
function errors(): Sample[] {
  const numbers = [400, 403, 404, 409, 410, 413, 422, 429, 500, 503];
  return [
    ...numbers.map((status) =>
      asked("GET /", "visitor", { state: `error ${status}`, status }, () => failing(status)),
    ),
    asked("POST /login", "visitor", { state: "form too old", status: 403 }, (_, browser) =>
      browser.post("/login", { email: "mary@example.com", password: "secret" }),
    ),
    asked("POST /refer", "visitor", { state: "filled by a program", status: 400 }, (_, browser) =>
      browser.submit("/refer", { leave_empty: "buy!" }),
    ),
  ];
}

async function failing(status: number): Promise<Page> {
  const app = express();
  app.use(visitorArea("site"), () => {
    if (status === 429) throw new TooManyRequests(600);
    throw new HttpError(status, "It is too late to change this appointment online");
  });
  app.use(showError);
  const response = await supertest(createServer(app)).get("/");
  const html = response.text;
  return { status: response.status, location: "", html, $: load(html), url: "/" };
}

function refusalOf(address: string): string {
  return `/refer/refusals/${ReferralRefusal.tokenFor(address)}`;
}

async function someDay(house: Furnished): Promise<string> {
  const [start = ""] = await house.freeStarts(2);
  return start.slice(0, 10);
}

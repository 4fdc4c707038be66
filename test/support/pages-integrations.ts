// The pages that connect a business with others' programs.
import { run, transaction } from "../../src/models/database.ts";
import { Webhook } from "../../src/models/webhook.ts";
import type { Furnished } from "./furnished.ts";
import { type Ask, asked, both, get, refused, type Sample } from "./sample.ts";

const B = "/b/demo";

export function integrations(): Sample[] {
  const keys = `${B}/integrations/keys`;
  const MAKE = "POST /b/:business/integrations/keys";
  const make: Ask = (_, browser) => {
    const scopes = ["services:read", "appointments:write"];
    return browser.submit(`${keys}/new`, { name: "The shop’s website", scopes });
  };
  return [
    get("GET /api/v1/docs", "visitor", "/api/v1/docs"),
    get("GET /b/:business/integrations", "owner", `${B}/integrations`),
    get("GET /b/:business/integrations/keys", "owner", keys, { state: "none" }),
    get("GET /b/:business/integrations/keys/new", "owner", `${keys}/new`),
    refused(MAKE, "owner", `${keys}/new`, { name: "" }),
    asked(MAKE, "owner", { state: "made", status: 200 }, make),
    get("GET /b/:business/integrations/keys", "owner", keys),
    ...frames(),
    ...webhooks(),
    ...calendars(),
  ];
}

function frames(): Sample[] {
  const path = `${B}/integrations/frames`;
  const EDIT = "GET /b/:business/integrations/frames";
  return [
    get(EDIT, "owner", path, { state: "none" }),
    refused("POST /b/:business/integrations/frames", "owner", path, { origins: "http://*" }),
    asked(EDIT, "owner", {}, async (_, browser) => {
      const origins =
        "https://www.example.com\nhttps://a-rather-long-name.of-a-website.example.org";
      return browser.get((await browser.submit(path, { origins })).location);
    }),
  ];
}

function webhooks(): Sample[] {
  const all = `${B}/integrations/webhooks`;
  const one = async (house: Furnished, path = "") => {
    const [{ id } = { id: 0 }] = await Webhook.list(house.business);
    return `${all}/${id}${path}`;
  };
  const add: Ask = (_, browser) =>
    browser.submit(`${all}/new`, {
      url: "https://hooks.example.com/a/rather/long/path/0123456789abcdef0123456789abcdef",
      fields: ["customer_name", "customer_email"],
      agree: "1",
    });
  const ADD = "POST /b/:business/integrations/webhooks";
  const SHOW = "GET /b/:business/integrations/webhooks/:id";
  const wrong = { url: "https://10.0.0.1/", events: [], agree: "" };
  return [
    get("GET /b/:business/integrations/webhooks", "owner", all, { state: "none" }),
    get("GET /b/:business/integrations/webhooks/new", "owner", `${all}/new`),
    refused(ADD, "owner", `${all}/new`, wrong),
    asked(SHOW, "owner", { state: "new" }, async (house, browser) =>
      browser.get((await add(house, browser)).location),
    ),
    asked(SHOW, "owner", {}, async (house, browser) => {
      await writeCalls(house);
      return browser.get(await one(house));
    }),
    get("GET /b/:business/appointments/:id", "owner", appointmentOf, { state: "with calls" }),
    get("GET /b/:business/deliveries", "owner", `${B}/deliveries`, { state: "with calls" }),
    get("GET /b/:business", "owner", B, { state: "with trouble" }),
    get("GET /b/:business/integrations/webhooks", "owner", all),
    get(`${SHOW}/consent`, "owner", (house) => one(house, "/consent")),
    refused(
      "POST /b/:business/integrations/webhooks/:id/consent",
      "owner",
      (house) => one(house, "/consent"),
      { events: "nothing", agree: "" },
      { action: "/consent" },
    ),
    asked(SHOW, "owner", { state: "off" }, async (house, browser) => {
      await browser.submit(await one(house), {}, "/rotation");
      await browser.submit(await one(house), {}, "/revocation");
      return browser.get(await one(house));
    }),
  ];
}

function appointmentOf({ appointments }: Furnished): string {
  return `${B}/appointments/${appointments.ahead.id}`;
}

function calendars(): Sample[] {
  const show = ({ sam }: Furnished) => `${B}/calendars/${sam.id}`;
  const SHOW = "GET /b/:business/calendars/:staffId";
  const url = "https://calendar.example.com/private-0123456789abcdef0123456789abcdef/basic.ics";
  return [
    ...both(SHOW, show).map((sample) => ({ ...sample, state: "none" })),
    refused(
      "POST /b/:business/calendars/:staffId/remote",
      "provider",
      show,
      { name: "", url: "http://10.0.0.1/" },
      { action: "/remote" },
    ),
    asked(SHOW, "provider", {}, async (house, browser) => {
      await browser.submit(show(house), { names: "1" }, "/feed");
      for (const name of ["Private", "The children’s school"])
        await browser.submit(show(house), { name, url: `${url}?${name}`, agree: "1" }, "/remote");
      const now = Date.now();
      await transaction(() =>
        run(
          `UPDATE remote_calendars SET reason = 'status', status = 404, trusted_until = $now
           WHERE name = 'Private'`,
          { now },
        ),
      );
      return browser.get(show(house));
    }),
    get(SHOW, "owner", show),
    get("GET /b/:business/calendars", "owner", `${B}/calendars`),
    get("GET /b/:business", "provider", B, { state: "with trouble" }),
    get("GET /b/:business/appointments", "provider", `${B}/appointments`, { state: "unread" }),
    // What cannot be read would keep times from other samples.
    asked(SHOW, "owner", { state: "not subscribed to" }, async (house, browser) => {
      await transaction(() => run("DELETE FROM remote_calendars"));
      await browser.submit(show(house), {}, "/feed/removal");
      return browser.get(show(house));
    }),
  ];
}

/** A log with everything a call can come to. */
async function writeCalls({ business, appointments }: Furnished): Promise<void> {
  const [webhook] = await Webhook.list(business);
  const now = Date.now();
  const body = JSON.stringify({ type: "appointment.booked", data: { id: 1, service: "Haircut" } });
  const lines: Array<[event: string, state: string, reason: string | null, status: number | null]> =
    [
      ["appointment.booked", "sent", null, 200],
      ["appointment.moved", "pending", "timeout", null],
      ["appointment.cancelled", "failed", "status", 500],
      ["test", "skipped", "turned off", null],
    ];
  await transaction(async () => {
    await run("UPDATE webhooks SET failures = 4, failing_since = $now", { now });
    for (const [event, state, reason, status] of lines)
      await run(
        `INSERT INTO webhook_calls (business_id, webhook_id, event, message, appointment_id, state,
           reason, status, duration, tries, due_at, give_up_at, finished_at, body, created_at)
         VALUES ($businessId, $webhookId, $event, 'msg_1', $appointmentId, $state, $reason, $status,
           120, 1, $now, $now, $finishedAt, $body, $now)`,
        {
          businessId: business.id,
          webhookId: webhook?.id,
          event,
          appointmentId: event === "test" ? null : appointments.ahead.id,
          state,
          reason,
          status,
          now,
          finishedAt: state === "pending" ? null : now,
          body: state === "skipped" ? null : body,
        },
      );
  });
}

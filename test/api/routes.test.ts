// From the table itself: a route that is added is tested here without a line more, or asks for an
// entry in THEIRS.
import assert from "node:assert/strict";
import { type Scope, scopes } from "../../src/domain/scopes.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows } from "../../src/models/database.ts";
import { Appointment, Hold } from "../../src/models/index.ts";
import { WaitingEntries } from "../../src/models/waiting-entry.ts";
import { Webhook } from "../../src/models/webhook.ts";
import { apiRoutes, keyFor, type Program, problemOf, program } from "../support/program.ts";
import { bookSeries } from "../support/series.ts";
import { upcoming, type World, world } from "../support/world.ts";

describe("every route of the API", () => {
  let cast: World;
  let all: Program;
  let theirs: Record<string, string>;
  before(async () => {
    cast = await world();
    all = program(await keyFor(cast.salon, cast.anaStaff));
    theirs = await ofTheGarage(cast);
  });

  it("is in a table that the tests see", () => {
    assert.ok(apiRoutes.length > 15);
  });

  for (const { verb, path, scope } of apiRoutes) {
    const name = `${verb} ${path}`;
    const noun = path.split("/")[3] ?? "";
    const filledWith = (id: string) => path.replaceAll(/:\w+/g, id);

    it(`${name} asks for a key`, async () => {
      const reply = await program().ask(verb, filledWith("1"), verb === "GET" ? undefined : {});
      assert.equal(reply.status, 401);
      assert.equal(problemOf(reply), "unauthorized");
      assert.equal(reply.headers["www-authenticate"], 'Bearer realm="Plainbook"');
      assert.equal(reply.headers["set-cookie"], undefined);
      assert.equal(reply.headers["access-control-allow-origin"], undefined);
    });

    it(`${name} takes no key that is none, and none from elsewhere`, async () => {
      const key = await keyFor(cast.salon, cast.anaStaff);
      const wrong = await program(`${key}x`).ask(verb, filledWith("1"));
      assert.equal(wrong.status, 401);
      assert.match(wrong.headers["www-authenticate"] ?? "", /error="invalid_token"/);
      const inAddress = await program().ask(verb, `${filledWith("1")}?access_token=${key}`);
      assert.equal(inAddress.status, 401);
    });

    it(`${name} asks for ${scope}`, async () => {
      const others = (Object.keys(scopes) as Scope[]).filter((other) => other !== scope);
      const lacking = program(await keyFor(cast.salon, cast.anaStaff, others));
      const reply = await lacking.ask(verb, filledWith("1"));
      assert.equal(reply.status, 403);
      assert.equal(problemOf(reply), "insufficient-scope");
      assert.match(reply.headers["www-authenticate"] ?? "", new RegExp(`scope="${scope}"`));
    });

    if (path.includes(":")) {
      it(`[D25] [P5.2] ${name} knows nothing of another business`, async () => {
        const id = theirs[noun];
        assert.ok(id, `THEIRS needs one of ${noun}`);
        const reply = await all.ask(verb, filledWith(id), valid(verb, path, cast));
        assert.equal(reply.status, 404, JSON.stringify(reply.body));
        assert.equal(problemOf(reply), "not-found");
      });

      for (const id of ["0", "-1", "1.5", "abc", "99999999999999999999", "%00", "1;DROP"])
        it(`${name} has nothing at ${id}`, async () => {
          const reply = await all.ask(verb, filledWith(id), valid(verb, path, cast));
          assert.equal(reply.status, 404, JSON.stringify(reply.body));
        });
    }

    it(`${name} refuses other verbs`, async () => {
      const here = apiRoutes.filter((route) => route.path === path).map((route) => route.verb);
      for (const other of ["GET", "PUT", "PATCH", "DELETE", "POST"])
        if (!here.includes(other)) {
          const reply = await all.ask(other, filledWith("1"));
          assert.equal(problemOf(reply), "method-not-allowed");
          for (const allowed of here) assert.ok(reply.headers.allow?.includes(allowed));
        }
    });

    if (verb !== "GET")
      it(`${name} takes JSON only, and not too much`, async () => {
        const form = await all.ask(verb, filledWith("1"), "a=b", {
          "content-type": "application/x-www-form-urlencoded",
        });
        assert.equal(problemOf(form), "unsupported-media-type");
        const json = { "content-type": "application/json" };
        const broken = await all.ask(verb, filledWith("1"), "{", json);
        assert.equal(problemOf(broken), "bad-request");
        const large = await all.ask(verb, filledWith("1"), { note: "x".repeat(70_000) });
        assert.equal(problemOf(large), "too-large");
      });

    if (verb !== "GET" && verb !== "DELETE")
      it(`${name} refuses fields nobody knows, each by its pointer`, async () => {
        const reply = await all.ask(verb, filledWith("1"), { "a/b": 1, constructor: 2 });
        assert.equal(problemOf(reply), "invalid");
        const pointers = reply.body.errors.map((error: { pointer: string }) => error.pointer);
        assert.ok(pointers.includes("#/a~1b") && pointers.includes("#/constructor"), pointers);
      });

    if (verb === "GET")
      it(`${name} refuses parameters nobody knows`, async () => {
        const reply = await all.get(`${filledWith("1")}?nonsense=1`);
        assert.equal(problemOf(reply), "invalid");
        assert.ok(
          reply.body.errors.some((error: { parameter: string }) => error.parameter === "nonsense"),
        );
      });
  }

  it("tells of an address where nothing is", async () => {
    for (const path of ["/api/v1/nowhere", "/api/v1", "/api/v1/services/1/2", "/api/v1/%E0%A4%A"]) {
      const reply = await all.get(path);
      assert.ok([400, 404].includes(reply.status), path);
      assert.match(problemOf(reply), /not-found|bad-request/);
    }
  });
});

/** A body in which nothing is wrong, so that only the address can be. */
function valid(verb: string, path: string, { haircut }: World): object | undefined {
  const start = upcoming(2, 600).iso.replace(/\[.*/, "");
  if (path.endsWith("/rescheduling")) return { start };
  if (path.endsWith("/mark")) return { as: "arrived" };
  if (path.endsWith("/holds")) return { start, service_id: haircut.id };
  return verb === "GET" ? undefined : {};
}

/** An id of each noun, all of them Carl's. */
async function ofTheGarage({ oil, carlStaff, garage }: World): Promise<Record<string, string>> {
  const catalogue = await catalogueOf("carls-garage");
  const service = serviceById(catalogue, oil.id);
  const question = { catalogue, service, now: Date.now() };
  const actor = { kind: "staff", staffId: carlStaff.id } as const;
  const hold = await Hold.take(question, upcoming(3, 600).instant);
  const booked = await Appointment.bookFor(
    question,
    upcoming(3, 660).instant,
    { name: "Gil Green", email: "gil@example.com", phone: null, note: "" },
    actor,
  );
  const wanted = { slug: "carls-garage", serviceId: oil.id, count: 2, now: Date.now() };
  const repeated = await bookSeries({ ...wanted, start: upcoming(4, 600).instant });
  const { seriesId } = await Appointment.find(garage, repeated.id);
  const today = new Date().toISOString().slice(0, 10);
  const wish = { fromDate: today, toDate: today, fromMinute: null, toMinute: null };
  const wanda = { name: "Wanda", email: "wanda@example.com", phone: null, language: "en" };
  const details = { ...wish, ...wanda, uid: "wanda" };
  const place = await WaitingEntries.join(question, details, { kind: "customer" }, question.now);
  const terms = { events: ["appointment.booked" as const], fields: [] };
  const url = "https://example.com/hook";
  const webhook = await Webhook.add(garage, { url, ...terms }, actor, Date.now());
  const [customer] = await rows<{ id: number }>(
    "SELECT id FROM customers WHERE business_id = $businessId",
    { businessId: garage.id },
  );
  return {
    services: String(oil.id),
    providers: String(carlStaff.id),
    holds: hold,
    appointments: String(booked.id),
    series: String(seriesId),
    customers: String(customer?.id),
    waiting: String((await WaitingEntries.withToken(place)).id),
    webhooks: String(webhook),
  };
}

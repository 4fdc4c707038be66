// Every way a referral can go, with canaries in it, in real processes; then a search of everything
// those processes could have left something in. And all of it once more with processes that leak.
import assert from "node:assert/strict";
import { type Canary, type Finding, plant, scan } from "../support/canary.ts";
import { type House, openHouse, type Told, type Typed, visitor } from "../support/house.ts";
import { until } from "../support/processes.ts";
import { LATER, NEVER, type Rule } from "../support/smtp-sink.ts";

type Friend = Typed & { canaries: Canary[] };
/** What a scenario's referrers were told, how many mails each friend got, what was found. */
type Result = { told: Told[]; mails: number[]; findings: Finding[] };
type Scenario = { friends: Friend[]; told: Told[] };

const LEAKY_WEB = "test/support/leaky/web.ts";
const LEAKY_WORKER = "test/support/leaky/worker.ts";

const scenarios = {
  "the mail is sent": 1,
  "the form is refused": 1,
  "the form is abandoned": 1,
  "the server refuses the address (550)": 1,
  "the server wants it later (450)": 1,
  "the server refuses the content (554)": 1,
  "the connection breaks at the end": 1,
  "the server never answers": 1,
  "Redis crashes and comes back": 4,
  "the worker is asked to end (SIGTERM)": 5,
  "the worker is killed while it sends (SIGKILL)": 1,
  "the worker is killed before it sends (SIGKILL)": 2,
};
type Name = keyof typeof scenarios;

// Where the leaking run leaks; in these nothing ever reaches a worker that could.
const leaksInWeb: readonly Name[] = [
  "the form is refused",
  "the form is abandoned",
  "the worker is killed before it sends (SIGKILL)",
];

describe("a referral in every scenario", function () {
  this.timeout(300_000);
  let clean: Record<Name, Result>;
  let leaky: Record<Name, Result>;
  before(async () => {
    [clean, leaky] = await Promise.all([inHouse(false), inHouse(true)]);
  });

  for (const name of names()) {
    it(`${name}: no name and no address is anywhere [P6.2]`, () => {
      assert.deepEqual(clean[name].findings, []);
    });

    it(`${name}: a leak is noticed [P6.2]`, () => {
      const found = new Set(leaky[name].findings.map(({ where }) => where));
      assert.ok(found.has("output"), `found in ${[...found].join(", ") || "no place"}`);
    });
  }

  it("each referrer is told the truth, and no friend gets two mails [P6.2]", () => {
    const expected: Record<Name, RegExp> = {
      "the mail is sent": /^sent 1$/,
      "the form is refused": /^$/,
      "the form is abandoned": /^$/,
      "the server refuses the address (550)": /^not sent 0$/,
      "the server wants it later (450)": /^not sent 0$/,
      "the server refuses the content (554)": /^not sent 0$/,
      "the connection breaks at the end": /^unknown [01]$/,
      "the server never answers": /^unknown 0$/,
      "Redis crashes and comes back": /^(sent 1|not sent 0|unknown [01])$/,
      "the worker is asked to end (SIGTERM)": /^(sent 1|not sent 0)$/,
      "the worker is killed while it sends (SIGKILL)": /^unknown [01]$/,
      "the worker is killed before it sends (SIGKILL)": /^not sent 0$/,
    };
    for (const results of [clean, leaky])
      for (const name of names())
        for (const [at, told] of results[name].told.entries()) {
          const truth = `${told} ${results[name].mails[at]}`;
          assert.match(truth, expected[name], `${name}: ${truth}`);
        }
  });
});

describe("a worker that leaks", () => {
  const places = { redis: /\.aof$/, database: /sqlite|pg_dump/, file: /mail\.txt$/ };
  let house: House;
  before(async () => {
    house = await openHouse();
    await house.startWeb();
  });
  after(() => house.close());

  for (const [LEAK, where] of Object.entries(places)) {
    it(`into ${LEAK} is noticed [P6.2]`, async () => {
      const friend = makeFriend();
      const worker = await house.startWorker({ file: LEAKY_WORKER, env: { LEAK } });
      await toldInTheEnd(house, await visitor(house.origin).refer(friend));
      const findings = await scan(house.sinks, friend.canaries);
      assert.ok(
        findings.some((finding) => where.test(finding.where)),
        JSON.stringify(findings),
      );
      await worker.stop(10_000);
    });
  }

  it("by an error that quotes the mail leaks nothing: errors become codes [P6.2]", async () => {
    const friend = makeFriend();
    const worker = await house.startWorker({ file: LEAKY_WORKER, env: { LEAK: "error" } });
    const path = await visitor(house.origin).refer(friend);
    assert.equal(await toldInTheEnd(house, path), "unknown");
    assert.deepEqual(await scan(house.sinks, friend.canaries), []);
    await worker.stop(10_000);
  });
});

async function inHouse(leaking: boolean): Promise<Record<Name, Result>> {
  const house = await openHouse();
  try {
    await house.startWeb();
    const played = await play(house, leaking);
    const canaries = names().flatMap((name) => played[name].friends.flatMap((f) => f.canaries));
    const findings = await scan(house.sinks, canaries);
    return perScenario((name) => judge(house, played[name], findings));
  } finally {
    await house.close();
  }
}

/** All scenarios in one house; those that only wait, wait together. */
async function play(house: House, leaking: boolean): Promise<Record<Name, Scenario>> {
  const file = leaking ? LEAKY_WORKER : undefined;
  const cast = perScenario((name) => Array.from({ length: scenarios[name] }, makeFriend));
  const leakyWeb = leaking ? await house.startWeb(LEAKY_WEB) : house.origin;
  const webOf = (name: Name) => (leaksInWeb.includes(name) ? leakyWeb : house.origin);
  house.smtp.behave(behaviours(cast));
  const told: Partial<Record<Name, Promise<Told[]>>> = {};
  const refer = async (name: Name) => {
    const paths = await Promise.all(cast[name].map((f) => visitor(webOf(name)).refer(f)));
    told[name] = Promise.all(paths.map((path) => toldInTheEnd(house, path)));
    told[name].catch(() => undefined);
    return paths;
  };

  const first = await house.startWorker({ file });
  await refer("the server never answers");
  await refer("the mail is sent");
  await refer("the server refuses the address (550)");
  await refer("the server wants it later (450)");
  await refer("the server refuses the content (554)");
  await refer("the connection breaks at the end");
  for (const friend of cast["the form is refused"]) await refuseForm(leakyWeb, friend);
  for (const friend of cast["the form is abandoned"]) await visitor(leakyWeb).look(friend);
  for (const name of QUICK) await told[name];

  await refer("Redis crashes and comes back");
  await house.redis.restart("SIGKILL");
  await until(() => fetch(`${house.origin}/readyz`).then((res) => res.ok));

  // It has one mail left that the server never answers: it takes nothing new and ends after that.
  const firstEnds = first.stop(60_000);
  const second = await house.startWorker({ file, concurrency: 1 });
  await until(async () => (await house.takers()) === 1);
  await refer("the worker is killed while it sends (SIGKILL)");
  const [sending = ""] = cast["the worker is killed while it sends (SIGKILL)"].map(
    (f) => f.friend_email,
  );
  await until(() => house.smtp.tried.includes(sending));
  await refer("the worker is killed before it sends (SIGKILL)");
  await second.stop(0, "SIGKILL");

  const third = await house.startWorker({ file, concurrency: 1 });
  await until(async () => (await house.takers()) === 1);
  await refer("the worker is asked to end (SIGTERM)");
  const { code } = await third.stop(30_000);
  assert.equal(code, 0);
  const last = await house.startWorker({ file });
  const heard: Partial<Record<Name, Told[]>> = {};
  for (const name of names()) heard[name] = await told[name];
  await Promise.all([firstEnds, last.stop(10_000)]);
  return perScenario((name) => ({ friends: cast[name], told: heard[name] ?? [] }));
}

const QUICK: readonly Name[] = [
  "the mail is sent",
  "the server refuses the address (550)",
  "the server wants it later (450)",
  "the server refuses the content (554)",
  "the connection breaks at the end",
];

function behaviours(cast: Record<Name, Friend[]>): Rule {
  const rules: Partial<Record<Name, ReturnType<Rule>>> = {
    "the server refuses the address (550)": NEVER,
    "the server wants it later (450)": LATER,
    "the connection breaks at the end": { at: "end", hangUp: true },
    "the server never answers": { at: "end", silence: true },
    "the worker is killed while it sends (SIGKILL)": { at: "end", silence: true },
  };
  return (recipient) => {
    const name = names().find((n) => cast[n].some((f) => f.friend_email === recipient));
    if (name === "the server refuses the content (554)")
      return { at: "end", code: 554, text: ["5.7.1 No", `${recipient} does not want this`] };
    return (name && rules[name]) ?? "accept";
  };
}

async function refuseForm(origin: string, friend: Friend): Promise<void> {
  const vera = visitor(origin);
  const wrong = { ...friend, friend_email: `${friend.friend_email},` };
  const form = await vera.form();
  for (const path of ["/refer", "/refer/mails"])
    assert.equal((await vera.post(path, { ...form, ...typedOf(wrong) })).status, 422);
  // A form that has been open for too long, one too big, and one that is none.
  assert.equal((await vera.post("/refer", { ...typedOf(friend), _csrf: "old" })).status, 403);
  const huge = { ...typedOf(friend), name: friend.name.repeat(5000) };
  assert.equal((await vera.post("/refer", huge)).status, 413);
  await fetch(`${origin}/refer`, { method: "POST", body: JSON.stringify(typedOf(friend)) });
}

function judge(house: House, { friends, told }: Scenario, all: Finding[]): Result {
  const mails = friends.map(
    ({ friend_email: to }) => house.smtp.mails.filter((mail) => mail.to.includes(to)).length,
  );
  const planted = new Set(friends.flatMap((friend) => friend.canaries.map(({ text }) => text)));
  return { told, mails, findings: all.filter(({ canary }) => planted.has(canary)) };
}

function perScenario<T>(make: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names().map((name) => [name, make(name)])) as Record<Name, T>;
}

async function toldInTheEnd(house: House, path: string): Promise<Told> {
  const vera = visitor(house.origin);
  let told: Told = "waiting";
  await until(async () => {
    told = await vera.told(path).catch(() => "waiting");
    return told !== "waiting";
  }, 60_000);
  return told;
}

function makeFriend(): Friend {
  const [name, friend, address] = [plant("name"), plant("name"), plant("address")];
  const typed = { name: name.text, friend_name: friend.text, friend_email: address.text };
  return { ...typed, canaries: [name, friend, address] };
}

function typedOf({ name, friend_name, friend_email }: Typed): Typed {
  return { name, friend_name, friend_email };
}

function names(): Name[] {
  return Object.keys(scenarios) as Name[];
}

// What is typed into the forms of an account, searched for in everything the product leaves behind.
import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import { load } from "cheerio";
import { type Canary, plant, scan } from "../support/canary.ts";
import { type Fields, formOf, type Page } from "../support/browser.ts";
import { type House, openHouse } from "../support/house.ts";

const LEAKY = "test/support/leaky/web.ts";

describe("what is typed into the forms of an account", function () {
  this.timeout(120_000);
  let house: House;
  let passwords: Canary[];
  let strangers: Canary[];
  beforeEach(async () => {
    house = await openHouse();
    passwords = [1, 2, 3, 4, 5].map(() => plant("name"));
    strangers = [1, 2, 3].map(() => plant("address"));
  });
  afterEach(() => house.close());

  /** Registers, signs in, fails to, changes and forgets passwords; the process is then killed. */
  async function useEverything(file?: string): Promise<void> {
    await house.startWeb(file);
    const worker = house.start("workers/index.ts", ["--queues", "deliveries"]);
    const [first, second, third, wrong, weak] = passwords.map(({ text }) => text);
    const [nobody, unknown, refused] = strangers.map(({ text }) => text);
    const email = "dora@dogs.example";
    const dora = {
      name: "Dora",
      company: "Dogs",
      address: "5 Bark Lane",
      phone: "555 0155",
      zone: "America/New_York",
      email,
    };
    const form = { ...dora, password: first ?? "" };
    const owner = client(house.origin);
    await status(owner.submit("/signup", { ...form, email: refused ?? "", company: "" }), 422);
    await status(owner.submit("/signup", form), 303);
    const session = owner.cookie;

    const visitor = client(house.origin);
    await status(visitor.submit("/login", { email, password: wrong ?? "" }), 422);
    await status(visitor.submit("/login", { email: nobody ?? "", password: wrong ?? "" }), 422);
    await status(visitor.submit("/password", { email: unknown ?? "" }), 303);
    await status(visitor.post("/login", { email, password: wrong ?? "" }), 403);
    const change = { current_password: weak ?? "", password: second ?? "" };
    await status(owner.submit("/account", change, "/account/password"), 422);
    const right = { ...change, current_password: first ?? "" };
    await status(owner.submit("/account", right, "/account/password"), 303);
    assert.notEqual(owner.cookie, session);

    await status(visitor.submit("/password", { email }), 303);
    const [mail] = await house.smtp.arrived(1);
    const { text = "" } = await PostalMime.parse(mail?.source ?? "");
    const [, path = ""] = new RegExp(`${house.origin}(\\S+)`).exec(text) ?? [];
    await status(visitor.submit(path, { password: third ?? "" }), 303);
    await status(visitor.submit("/login", { email, password: third ?? "" }), 303);
    await worker.stop(20_000);
  }

  it("[P5.4] [P3.1] leaves no password, and no address of somebody unknown", async () => {
    await useEverything();
    assert.deepEqual(await scan(house.sinks, [...passwords, ...strangers]), []);
  });

  it("[P5.4] is found where a process logs what is posted", async () => {
    await useEverything(LEAKY);
    const found = await scan(house.sinks, [...passwords, ...strangers]);
    for (const { text } of [...passwords, ...strangers])
      assert.ok(
        found.some(({ canary }) => canary === text),
        text,
      );
  });
});

async function status(page: Promise<Page>, expected: number): Promise<void> {
  const { url, status: actual } = await page;
  assert.equal(actual, expected, url);
}

/** A browser of a process of its own. */
function client(origin: string) {
  const state = { cookie: "", get, post, submit };
  return state;

  async function ask(url: string, init: RequestInit = {}): Promise<Page> {
    const headers = { cookie: state.cookie, connection: "close" };
    const response = await fetch(origin + url, { ...init, headers, redirect: "manual" });
    const [cookie] = response.headers.getSetCookie();
    if (cookie) state.cookie = cookie.split(";")[0] ?? "";
    const html = await response.text();
    const location = response.headers.get("location") ?? "";
    return { status: response.status, location, html, $: load(html), url };
  }

  function get(url: string): Promise<Page> {
    return ask(url);
  }

  function post(url: string, fields: Fields): Promise<Page> {
    const pairs = Object.entries(fields).flatMap(([name, value]) =>
      [value].flat().map((text): [string, string] => [name, text]),
    );
    return ask(url, { method: "POST", body: new URLSearchParams(pairs) });
  }

  async function submit(url: string, fields: Fields, action?: string): Promise<Page> {
    const { target, values } = formOf(await get(url), action);
    return post(target, { ...values, ...fields });
  }
}

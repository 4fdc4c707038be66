// The waiting list: joining it, a customer's place on it, and the business's page.
import { addDays } from "../../src/domain/time.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { WaitingEntries } from "../../src/models/waiting-entry.ts";
import { linkToken } from "../../src/links.ts";
import { MyLink } from "../../src/models/my-link.ts";
import { leaveList } from "../../src/models/waiting-leaving.ts";
import { Waiting } from "../../src/models/waiting.ts";
import { type Furnished, once } from "./furnished.ts";
import { get, refused, type Sample } from "./sample.ts";
import { upcoming } from "./world.ts";

const TIMES = "/book/demo/haircut";
const JOIN = "/book/:business/:service/waiting";

export function waiting(): Sample[] {
  const form = async (house: Furnished) => {
    await placesOf(house);
    return `${TIMES}/waiting?staff=${house.sam.id}`;
  };
  const place = (name: keyof Places) => async (house: Furnished) =>
    `/waiting/${(await placesOf(house))[name]}`;
  const list = async (house: Furnished) => {
    await placesOf(house);
    return "/b/demo/waiting";
  };
  const adding = async (house: Furnished) => {
    await placesOf(house);
    return `/b/demo/waiting/new?service=${house.haircut.id}`;
  };
  const offering = async (house: Furnished) => {
    const { waiting: token } = await placesOf(house);
    const { id } = await WaitingEntries.withToken(token);
    return `/b/demo/waiting/${id}/offers/new?date=${upcoming(2, 600).date}`; // late today nothing is free
  };
  const inSpanish = async (house: Furnished) => `${await form(house)}&lang=es`;
  return [
    get("GET /book/:business/:service", "visitor", (house) => form(house).then(() => TIMES), {
      state: "with a waiting list",
    }),
    get(`GET ${JOIN}`, "visitor", form),
    get(`GET ${JOIN}`, "visitor", inSpanish, { state: "in Spanish" }),
    refused(`POST ${JOIN}`, "visitor", form, { name: "", email: "x", to: "2020-01-01" }),
    refused(`POST ${JOIN}`, "visitor", form, { name: "Mo", email: "mo@example.com" }, FREE),
    get("GET /waiting/:token", "visitor", place("offered"), { state: "offered a time" }),
    get("GET /waiting/:token", "visitor", place("waiting")),
    get("GET /waiting/:token", "visitor", place("left"), { state: "left" }),
    get("GET /my/:business/:token", "visitor", mine, { state: "waits only" }),
    get("GET /my/:business/:token", "visitor", async (house) => `${await mine(house)}?lang=es`, {
      state: "waits only, in Spanish",
    }),
    get("GET /b/:business/waiting", "owner", list),
    get("GET /b/:business/waiting", "provider", list),
    get("GET /b/:business/waiting/new", "owner", adding),
    get("GET /b/:business/waiting/new", "provider", adding),
    refused("POST /b/:business/waiting", "owner", adding, {
      name: "",
      email: "",
      to: "2020-01-01",
    }),
    get("GET /b/:business/waiting/:id/offers/new", "owner", offering),
    get("GET /b/:business/waiting/:id/offers/new", "provider", offering),
    refused("POST /b/:business/waiting/:id/offers", "owner", offering, {}),
  ];
}

/** What opens for Olivia, who is no customer yet. */
async function mine(house: Furnished): Promise<string> {
  await placesOf(house);
  return `/my/demo/${await entryOf(house)}`;
}

const entryOf = once<Furnished, string>(async ({ business }) => {
  const now = Date.now();
  await MyLink.request(business, "olivia@post.extraordinarily-long.example", now);
  const [made] = await rows<{ nonce: string }>(
    "SELECT nonce FROM my_links ORDER BY id DESC LIMIT 1",
  );
  return MyLink.use(business, linkToken("my_link", made?.nonce ?? ""), now);
});

const FREE = { state: "times are free" };

type Places = { offered: string; waiting: string; left: string };

/** One who is offered a time, one who waits for anything at three in the night, one who has left. */
const placesOf = once<Furnished, Places>(join);

async function join({ haircut, business }: Furnished): Promise<Places> {
  await transaction(() =>
    run("UPDATE services SET waiting_list = TRUE WHERE id = $id", { id: haircut.id }),
  );
  const catalogue = await catalogueOf(business.slug);
  const now = Date.now();
  const question = { catalogue, service: serviceById(catalogue, haircut.id), now };
  const today = new Date(now).toISOString().slice(0, 10);
  const joined = (name: string, minutes: { fromMinute: number | null; toMinute: number | null }) =>
    WaitingEntries.join(
      question,
      {
        name: `${name} Featherstonehaugh-Cholmondeley`,
        email: `${name.toLowerCase()}@post.extraordinarily-long.example`,
        phone: "+44 20 7946 0958",
        language: "en",
        uid: name,
        fromDate: today,
        toDate: addDays(today, 14),
        ...minutes,
      },
      { kind: "customer" },
      now,
    );
  const offered = await joined("Olivia", { fromMinute: null, toMinute: null });
  const waits = await joined("Walter", { fromMinute: 180, toMinute: 181 });
  const left = await joined("Lena", { fromMinute: 180, toMinute: null });
  await leaveList(await WaitingEntries.withToken(left), { kind: "customer" }, now);
  await Waiting.offer(business.id, now);
  return { offered, waiting: waits, left };
}

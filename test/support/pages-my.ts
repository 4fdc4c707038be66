// A customer's own pages at a business: her bookings, her details, her data.
import { catalogueOf } from "../../src/models/catalogue.ts";
import { rows } from "../../src/models/database.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { Customer } from "../../src/models/index.ts";
import { linkToken } from "../../src/links.ts";
import { MyLink } from "../../src/models/my-link.ts";
import { type Furnished, once } from "./furnished.ts";
import { get, refused, type Sample } from "./sample.ts";

const MY = "/my/demo";

export function customersData(): Sample[] {
  const mine = (more = "") => {
    return async (house: Furnished) => `${MY}/${await entryOf(house)}${more}`;
  };
  const details = async (house: Furnished) => `${await mine()(house)}/customers/${house.customer}`;
  const changing = "POST /my/:business/:token/customers/:id";
  const ERASE = "/b/:business/customers/:id/erasure" as const;
  const erase = ({ customer }: Furnished) => `/b/demo/customers/${customer}/erasure`;
  return [
    get("GET /my/:business", "visitor", MY),
    refused("POST /my/:business", "visitor", MY, { email: "mary" }),
    get("GET /my/:business/sent", "visitor", `${MY}/sent`),
    get("GET /my/:business/links/:token", "visitor", linkOf),
    get("GET /my/:business/links/:token", "visitor", `${MY}/links/used`, {
      state: "used",
      status: 410,
    }),
    get("GET /my/:business/:token", "visitor", mine()),
    get("GET /my/:business/:token", "visitor", `${MY}/over`, { state: "over", status: 410 }),
    get("GET /my/:business/:token/customers/:id", "visitor", details),
    refused(changing, "visitor", details, { name: "", phone: "?" }),
    refused(
      changing,
      "visitor",
      details,
      { name: "B. F.-C.", edition: "an older one" },
      { state: "changed meanwhile", status: 409 },
    ),
    get("GET /my/:business/:token/erasure", "visitor", mine("/erasure")),
    refused("POST /my/:business/:token/erasure", "visitor", mine("/erasure"), {}),
    get("GET /my/:business/receipts/:token", "visitor", receiptOf),
    get(`GET ${ERASE}`, "owner", erase),
    refused(`POST ${ERASE}`, "owner", erase, {}),
    get("GET /b/:business/customers/:id", "owner", erasedCustomer, { state: "erased" }),
    get(`GET ${ERASE}`, "owner", async (house) => `${await erasedCustomer(house)}/erasure`, {
      state: "erased",
    }),
  ];
}

const entryOf = once<Furnished, string>(async (house) =>
  MyLink.use(house.business, await tokenOf(house), Date.now()),
);

async function linkOf(house: Furnished): Promise<string> {
  return `${MY}/links/${await tokenOf(house)}`;
}

async function tokenOf({ business, customer }: Furnished): Promise<string> {
  const { email } = await Customer.find(business, customer);
  await MyLink.request(business, email ?? "", Date.now());
  const [made] = await rows<{ nonce: string }>(
    "SELECT nonce FROM my_links ORDER BY id DESC LIMIT 1",
  );
  return linkToken("my_link", made?.nonce ?? "");
}

const erasedOf = once<Furnished, { id: number; receipt: string }>(async ({ business }) => {
  const actor = { kind: "customer" } as const;
  const record = { name: "Erin", email: "erin@example.com", phone: null, note: "", alert: "" };
  const id = await Customer.add(business, record, { kind: "system" }, Date.now());
  const catalogue = await catalogueOf(business.slug);
  const how = { cancelling: false, actor };
  return { id, receipt: await Erasure.erase(catalogue, [id], how, Date.now()) };
});

async function receiptOf(house: Furnished): Promise<string> {
  return `${MY}/receipts/${(await erasedOf(house)).receipt}`;
}

async function erasedCustomer(house: Furnished): Promise<string> {
  return `/b/demo/customers/${(await erasedOf(house)).id}`;
}

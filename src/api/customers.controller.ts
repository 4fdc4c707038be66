import { z } from "zod";
import { CustomerFeed, type FeedCustomer } from "../models/customer-feed.ts";
import { editable } from "../models/customer.ts";
import { Customer as Customers } from "../models/index.ts";
import { editionOf } from "../models/set-up.ts";
import { pageOf, positionIn } from "./cursor.ts";
import { Customer, CustomerChange, NewCustomer } from "./customers.schema.ts";
import { endpoint } from "./endpoint.ts";
import { example } from "./example.ts";
import { requireVersion, versionIn } from "./version.ts";
import { ById, listOf, pageQuery, utc } from "./wire.ts";

type Answer = z.input<typeof Customer>;

const exampleAnswer = (now: number): Answer => ({
  ...example.customer,
  note: "Prefers the mornings",
  alert: "",
  created_at: utc(now),
  version: "Jw2v0tQ4k9cXb8YhLr1PzA",
});
const location = ({ id }: Answer) => `/customers/${id}`;

export const index = endpoint(
  {
    summary: "List customers",
    description: "In the order in which they came.",
    query: z.strictObject({
      q: z.string().max(200).default("").meta({
        description: "Words that must each be in the name, e-mail address or phone number",
      }),
      ...pageQuery,
    }),
    answer: listOf(Customer),
    example: ({ now }) => ({
      query: { q: "dora diaz" },
      answer: { data: [exampleAnswer(now)], next_cursor: null },
    }),
  },
  async ({ key, query: { q, limit, cursor } }) => {
    const [after = 0] = positionIn(cursor, 1);
    const lines = await CustomerFeed.page(key.businessId, q, after, limit + 1);
    return pageOf(lines, limit, ({ id }) => [id], shown);
  },
);

export const show = endpoint(
  {
    summary: "See a customer",
    params: ById,
    answer: Customer,
    etag: versionIn,
    example: ({ now }) => ({
      params: { id: String(example.customer.id) },
      answer: exampleAnswer(now),
    }),
  },
  async ({ key, params }) => shown(await CustomerFeed.one(key.businessId, params.id)),
);

export const create = endpoint(
  {
    summary: "Add a customer",
    description:
      "Who books for the first time is added by the booking. Name and e-mail address together are one customer: adding the same again is refused.",
    body: NewCustomer,
    status: 201,
    answer: Customer,
    etag: versionIn,
    location,
    example: ({ now }) => ({
      body: { name: "Emil Egger", email: "emil@example.com" },
      answer: {
        id: 70_043,
        name: "Emil Egger",
        email: "emil@example.com",
        phone: null,
        note: "",
        alert: "",
        created_at: utc(now),
        version: "k3Q9fVx0aWm7RtYc5uEh2g",
      },
    }),
  },
  async ({ catalogue: { business }, body, actor, now }) => {
    const id = await Customers.add(business, body, actor, now);
    return shown(await CustomerFeed.one(business.id, id));
  },
);

export const update = endpoint(
  {
    summary: "Change a customer",
    description: "What is left out stays as it is; null takes away.",
    params: ById,
    body: CustomerChange,
    answer: Customer,
    etag: versionIn,
    refusals: ["precondition-failed"],
    example: ({ now }) => ({
      params: { id: String(example.customer.id) },
      body: { phone: "555 0199" },
      answer: { ...exampleAnswer(now), phone: "555 0199" },
    }),
  },
  async ({ catalogue: { business }, params, body, ifMatch, actor, now }) => {
    const customer = await Customers.find(business, params.id);
    const { record } = customer;
    requireVersion(ifMatch, editionOf(record));
    const seen = editionOf(editable(record, []));
    await customer.change({ ...record, ...given(body) }, seen, actor, now);
    return shown(await CustomerFeed.one(business.id, customer.id));
  },
);

function given(body: z.output<typeof CustomerChange>): Partial<FeedCustomer> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function shown({ id, createdAt, ...record }: FeedCustomer): Answer {
  return { id, ...record, created_at: utc(createdAt), version: editionOf(record) };
}

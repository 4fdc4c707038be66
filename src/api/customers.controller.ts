import { z } from "zod";
import { CustomerFeed, type FeedCustomer } from "../models/customer-feed.ts";
import type { Answer as AnswerToField } from "../domain/fields.ts";
import { NotFound } from "../errors.ts";
import { Answers } from "../models/answer.ts";
import { type CustomerRecord, editable } from "../models/customer.ts";
import { Customer as Customers } from "../models/index.ts";
import { editionOf } from "../models/set-up.ts";
import { pageOf, positionIn } from "./cursor.ts";
import { Customer, CustomerChange, NewCustomer } from "./customers.schema.ts";
import { type Caller, endpoint } from "./endpoint.ts";
import { example } from "./example.ts";
import { answersIn, askable, fieldsOf, valuesOf } from "./fields.ts";
import { requireVersion, versionIn } from "./version.ts";
import { ById, listOf, pageQuery, utc } from "./wire.ts";

type Answer = z.input<typeof Customer>;

const exampleAnswer = (now: number): Answer => ({
  ...example.customer,
  note: "Prefers the mornings",
  alert: "",
  fields: {},
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
  async (call) => {
    const { q, limit, cursor } = call.query;
    const [after = 0] = positionIn(cursor, 1);
    const found = await CustomerFeed.page(call.key.businessId, q, after, limit + 1);
    const { lines, next_cursor } = pageOf(found, limit, ({ id }) => [id]);
    return { data: await shown(lines, call), next_cursor };
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
  (call) => again(call, call.params.id),
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
        fields: {},
        created_at: utc(now),
        version: "k3Q9fVx0aWm7RtYc5uEh2g",
      },
    }),
  },
  async (call) => {
    const { fields, ...record } = call.body;
    const answers = answersIn(fields, askable(await fieldsOf(call)));
    const { business } = call.catalogue;
    return again(call, await Customers.add(business, record, call.actor, call.now, answers));
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
  async (call) => {
    const { fields, ...record } = call.body;
    const answers = answersIn(fields, askable(await fieldsOf(call)));
    const customer = await Customers.find(call.catalogue.business, call.params.id);
    if (call.ifMatch !== undefined)
      requireVersion(call.ifMatch, (await again(call, customer.id)).version);
    const wanted = { ...customer.record, ...given(record) };
    const seen = editionOf(editable(customer.record, await storedOf(customer, answers)));
    await customer.change(wanted, seen, call.actor, call.now, answers);
    return again(call, customer.id);
  },
);

function given(body: Partial<CustomerRecord>): Partial<CustomerRecord> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** What is known of the questions that are answered anew. */
function storedOf({ businessId, id }: Customers, answers: readonly AnswerToField[]) {
  const fields = answers.map(({ field }) => field);
  return Answers.of({ businessId, subject: "customer", id }, fields);
}

/** How she is by now. @throws NotFound */
async function again(call: Caller, id: number): Promise<Answer> {
  const [only] = await shown([await CustomerFeed.one(call.key.businessId, id)], call);
  if (!only) throw new NotFound("customer");
  return only;
}

async function shown(lines: readonly FeedCustomer[], call: Caller): Promise<Answer[]> {
  const ids = lines.map(({ id }) => id);
  const fields = await valuesOf(call, "customer", ids);
  return lines.map(({ id, createdAt, ...record }) => {
    const told = { ...record, fields: fields(id) };
    return { id, ...told, created_at: utc(createdAt), version: editionOf(told) };
  });
}

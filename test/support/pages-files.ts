// Files that a business brings along and takes away, in every state they can be in.
import { run, transaction } from "../../src/models/database.ts";
import { type TransferKind, Transfers, type TransferState } from "../../src/models/transfer.ts";
import { type Furnished, newcomer } from "./furnished.ts";
import { type Ask, asked, get, refused, type Sample } from "./sample.ts";

const CUSTOMERS = `Name,E-mail,Phone,Notes for staff,How they came to us,Birthday
Bartholomew Featherstonehaugh-Cholmondeley,b.f-c@post.extraordinarily-long.example,+44 20 7946 0958,Comes with a dog,by bicycle,in spring
Zoë,zoe@example.com,,,,1.2.1980
`;

export function files(): Sample[] {
  const IMPORTS = "/b/:business/customers/imports/:id" as const;
  const inState = (state: TransferState, report: object = {}) => {
    return async (house: Furnished) =>
      `/b/demo/customers/imports/${await made(house, state, report)}`;
  };
  const faults = [
    [4, "email_wrong"],
    [17, "name_missing"],
  ];
  const counts = { added: 1480, updated: 0, known: 12, faulty: 2, faults };
  return [
    get("GET /b/:business/customers/import", "owner", "/b/demo/customers/import"),
    refused(
      "POST /b/:business/customers/import",
      "owner",
      "/b/demo/customers/import",
      {},
      { action: "/import" },
    ),
    get(`GET ${IMPORTS}`, "owner", inState("draft")),
    refused(`POST ${IMPORTS}`, "owner", inState("draft"), { column0: "", known: "" }),
    get(`GET ${IMPORTS}`, "owner", inState("running"), { state: "running" }),
    get(`GET ${IMPORTS}`, "owner", inState("done", counts), { state: "done" }),
    get(`GET ${IMPORTS}`, "owner", inState("refused", counts), { state: "refused" }),
    get(`GET ${IMPORTS}`, "owner", inState("failed"), { state: "failed" }),
    get("GET /b/:business/customers/import", "owner", "/b/demo/customers/import", {
      state: "after others",
    }),
    ...takeout(),
  ];
}

function takeout(): Sample[] {
  const out = (state: TransferState, report: object = {}) => {
    return async (house: Furnished) =>
      `/b/demo/takeout/exports/${await made(house, state, report, "all_out")}`;
  };
  const back = (state: TransferState, report: object = {}) => {
    return async (house: Furnished) =>
      `/b/demo/takeout/imports/${await made(house, state, report, "all_in")}`;
  };
  const tables = { appointments: 1204, customers: 310, staff_services: 0, services: 7 };
  const gone: Ask = async (house, browser) => {
    const path = await out("done", { tables })(house);
    await transaction(() => run("DELETE FROM transfer_parts"));
    return browser.get(path);
  };
  const EXPORT = "GET /b/:business/takeout/exports/:id";
  const IMPORT = "GET /b/:business/takeout/imports/:id";
  return [
    get("GET /b/:business/takeout", "owner", "/b/demo/takeout"),
    get(EXPORT, "owner", out("running"), { state: "running" }),
    get(EXPORT, "owner", out("done", { tables })),
    asked(EXPORT, "owner", { state: "deleted" }, gone),
    get(EXPORT, "owner", out("failed"), { state: "failed" }),
    get("GET /b/:business/takeout", "owner", "/b/demo/takeout", { state: "after others" }),
    asked("POST /b/:business/takeout/imports", "owner", { status: 422 }, async (house) => {
      const eve = await newcomer(house);
      return eve.submit("/b/eves-shop/takeout", {}, "/imports");
    }),
    get(IMPORT, "owner", back("running"), { state: "running" }),
    get(IMPORT, "owner", back("done", { tables })),
    get(IMPORT, "owner", back("refused", { refusal: "row", table: "service_hours", row: 14 }), {
      state: "refused",
    }),
    get(IMPORT, "owner", back("failed"), { state: "failed" }),
  ];
}

async function made(
  { business, sam }: Furnished,
  state: TransferState,
  report: object,
  kind: TransferKind = "customers_in",
) {
  const owner = { businessId: business.id, staffId: sam.id, kind };
  const options = { separator: ",", encoding: "UTF-8" };
  const begun = { total: 1500, options, content: Buffer.from(CUSTOMERS) };
  const id = await Transfers.begin(owner, "draft", begun, Date.now());
  const finishedAt = state === "draft" || state === "running" ? null : Date.now();
  await transaction(async () => {
    await run("DELETE FROM transfers WHERE kind = $kind AND state = 'running'", { kind });
    await run(
      `UPDATE transfers SET state = $state, report = $report, done = 700, finished_at = $finishedAt
       WHERE id = $id`,
      { id, state, report: JSON.stringify(report), finishedAt },
    );
  });
  return id;
}

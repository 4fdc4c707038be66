// The pages of a business's customers, and of what it asks them.
import type { Furnished } from "./furnished.ts";
import { both, changed, get, refused, type Sample } from "./sample.ts";

const B = "/b/demo";

export function customers(): Sample[] {
  const someone = ({ customer }: Furnished) => `${B}/customers/${customer}`;
  const at = (more: string) => (house: Furnished) => someone(house) + more;
  const field = ({ fields }: Furnished) => fields.inUse;
  return [
    ...both("GET /b/:business/customers", `${B}/customers`),
    get("GET /b/:business/customers", "owner", `${B}/customers?q=zz`, { state: "nobody found" }),
    ...both("GET /b/:business/customers/new", `${B}/customers/new`),
    refused("POST /b/:business/customers", "owner", `${B}/customers/new`, { name: "", email: "x" }),
    ...both("GET /b/:business/customers/:id", someone),
    ...both("GET /b/:business/customers/:id/edit", at("/edit")),
    refused("POST /b/:business/customers/:id", "owner", at("/edit"), { name: "" }),
    changed("POST /b/:business/customers/:id", at("/edit"), { name: "B. F.-C." }),
    get("GET /b/:business/customers", "owner", `${B}/customers?show=waiting`, { state: "none" }),
    get("GET /b/:business/customers/:id", "owner", ({ twin }) => `${B}/customers/${twin}`, {
      state: "blocked, one of two",
    }),
    get("GET /b/:business/customers/duplicates", "owner", `${B}/customers/duplicates`),
    get("GET /b/:business/customers/:id/merger", "owner", at("/merger?q=a")),
    get(
      "GET /b/:business/customers/:id/merger",
      "owner",
      (house) => `${someone(house)}/merger?other=${house.twin}`,
      { state: "the two" },
    ),
    refused(
      "POST /b/:business/customers/:id/merger",
      "owner",
      (house) => `${someone(house)}/merger?other=${house.twin}`,
      { stays: "0" },
    ),
    get("GET /b/:business/fields", "owner", `${B}/fields`),
    get("GET /b/:business/fields", "owner", `${B}/fields?archived=1`, { state: "archived" }),
    get("GET /b/:business/fields/new", "owner", `${B}/fields/new`),
    refused("POST /b/:business/fields", "owner", `${B}/fields/new`, {
      label: "",
      retention_days: "0",
      key: "?",
    }),
    refused(
      "POST /b/:business/fields",
      "owner",
      `${B}/fields/new`,
      { label: "Medical history", purpose: "To treat you well" },
      { state: "something delicate" },
    ),
    get("GET /b/:business/fields/:id/edit", "owner", field),
    get("GET /b/:business/fields/:id/edit", "owner", ({ fields }) => fields.archived, {
      state: "archived",
    }),
    refused("POST /b/:business/fields/:id", "owner", field, { label: "", purpose: "" }),
    changed("POST /b/:business/fields/:id", field, { label: "Stylist" }),
  ];
}

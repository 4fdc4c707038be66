// The pages of what is kept and for how long.
import { Retention } from "../../src/models/retention.ts";
import { asked, changed, get, refused, type Sample } from "./sample.ts";

const AT = "/b/demo/privacy";

export function privacy(): Sample[] {
  return [
    get("GET /privacy", "visitor", "/privacy"),
    get("GET /privacy/promises", "visitor", "/privacy/promises"),
    get("GET /privacy/data", "visitor", "/privacy/data"),
    get("GET /b/:business/privacy", "owner", AT),
    asked("GET /b/:business/privacy", "owner", { state: "after a night" }, async (_, owner) => {
      await Retention.run(Date.now());
      return owner.get(AT);
    }),
    refused("POST /b/:business/privacy", "owner", AT, { customer: "1", note: "61" }),
    changed("POST /b/:business/privacy", AT, { customer: "24" }),
  ];
}

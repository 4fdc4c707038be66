// The pages of a business's reports.
import { get, type Sample } from "./sample.ts";

const AT = "/b/demo/reports";
const ROUTE = "GET /b/:business/reports";

export function reports(): Sample[] {
  const today = Temporal.Now.plainDateISO("America/New_York");
  const long = `${AT}?from=${today.subtract({ months: 9 }).toString()}&to=${today.toString()}`;
  return [
    get(ROUTE, "owner", `${AT}?period=this-quarter`),
    get(ROUTE, "owner", `${AT}?period=this-week&show=utilisation`, { state: "a week" }),
    get(ROUTE, "owner", `${long}&show=revenue`, { state: "by weeks as a line" }),
    get(ROUTE, "owner", `${AT}?from=1999-01-01&to=1999-01-31`, { state: "nothing" }),
    get(ROUTE, "owner", `${AT}?from=2027-02-02&to=2027-02-01`, { state: "refused", status: 422 }),
  ];
}

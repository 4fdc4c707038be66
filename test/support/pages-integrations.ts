// The pages that connect a business with others' programs.
import { type Ask, asked, get, refused, type Sample } from "./sample.ts";

const B = "/b/demo";

export function integrations(): Sample[] {
  const keys = `${B}/integrations/keys`;
  const MAKE = "POST /b/:business/integrations/keys";
  const make: Ask = (_, browser) => {
    const scopes = ["services:read", "appointments:write"];
    return browser.submit(`${keys}/new`, { name: "The shop’s website", scopes });
  };
  return [
    get("GET /b/:business/integrations", "owner", `${B}/integrations`),
    get("GET /b/:business/integrations/keys", "owner", keys, { state: "none" }),
    get("GET /b/:business/integrations/keys/new", "owner", `${keys}/new`),
    refused(MAKE, "owner", `${keys}/new`, { name: "" }),
    asked(MAKE, "owner", { state: "made", status: 200 }, make),
    get("GET /b/:business/integrations/keys", "owner", keys),
  ];
}

import type { RouteTable } from "../web/routes.ts";
import { document, show } from "./documentation.controller.ts";

/** Open to everybody: it says what there is, and nothing of any business. */
export const documentation: RouteTable = {
  "GET /docs": ["anyone", show],
  "GET /openapi.json": ["anyone", document],
};

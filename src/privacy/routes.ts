import type { RouteTable } from "../web/routes.ts";
import * as data from "./data.controller.ts";
import * as statement from "./statement.controller.ts";

export const routes: RouteTable = {
  "GET /privacy": ["anyone", statement.show],
  "GET /privacy/data": ["anyone", data.show],
  "GET /privacy/promises": ["anyone", statement.showPromises],
};

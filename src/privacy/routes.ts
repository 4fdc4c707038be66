import type { RouteTable } from "../web/routes.ts";
import * as data from "./data.controller.ts";

export const routes: RouteTable = {
  "GET /privacy/data": ["anyone", data.show],
};

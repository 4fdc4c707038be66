import type { RouteTable } from "../web/routes.ts";
import * as referrals from "./referrals.controller.ts";
import * as statistics from "./statistics.controller.ts";

export const routes: RouteTable = {
  "GET /referrals": ["operator", referrals.show],
  "POST /referrals/pause": ["operator", referrals.pause],
  "POST /referrals/resumption": ["operator", referrals.resume],
  "GET /statistics": ["operator", statistics.show],
  "GET /statistics.csv": ["operator", statistics.download],
};

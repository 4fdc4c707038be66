import type { RouteTable } from "../web/routes.ts";
import * as home from "./home.controller.ts";
import * as queues from "./queues.controller.ts";
import * as referrals from "./referrals.controller.ts";
import * as sessions from "./sessions.controller.ts";
import * as statistics from "./statistics.controller.ts";

export const routes: RouteTable = {
  "GET /": ["operator", home.show],
  "GET /login": ["anyone", sessions.blankForm],
  "POST /login": ["anyone", sessions.create],
  "GET /login/check": ["anyone", sessions.show],
  "POST /logout": ["operator.leaving", sessions.destroy],
  "GET /queues": ["operator", queues.index],
  "GET /referrals": ["operator", referrals.show],
  "POST /referrals/pause": ["operator", referrals.pause],
  "POST /referrals/resumption": ["operator", referrals.resume],
  "GET /statistics": ["operator", statistics.show],
  "GET /statistics.csv": ["operator", statistics.download],
};

import type { RouteTable } from "../web/routes.ts";
import * as home from "./home.controller.ts";
import * as referrals from "./referrals.controller.ts";

export const routes: RouteTable = {
  "GET /": ["anyone", home.show],
  "GET /refer": ["anyone", referrals.blankForm],
  "POST /refer": ["anyone", referrals.preview],
  "POST /refer/changes": ["anyone", referrals.change],
  "POST /refer/mails": ["anyone", referrals.send],
  "GET /refer/outcomes/:token": ["anyone", referrals.outcome],
  "GET /refer/refusals/:token": ["anyone", referrals.refusal],
  "POST /refer/refusals/:token": ["anyone", referrals.refuse],
};

import type { RouteTable } from "../web/routes.ts";
import * as account from "./account.controller.ts";
import * as closure from "./closure.controller.ts";
import * as invitations from "./invitations.controller.ts";
import * as passwordResets from "./password-resets.controller.ts";
import * as passwords from "./passwords.controller.ts";
import * as registrations from "./registrations.controller.ts";
import * as sessions from "./sessions.controller.ts";
import * as signIns from "./sign-ins.controller.ts";

export const routes: RouteTable = {
  "GET /signup": ["anyone", registrations.blankForm],
  "POST /signup": ["anyone", registrations.create],
  "GET /login": ["anyone", sessions.blankForm],
  "POST /login": ["anyone", sessions.create],
  "GET /login/check": ["anyone", sessions.show],
  "POST /logout": ["person", sessions.destroy],
  "GET /password": ["anyone", passwordResets.blankForm],
  "POST /password": ["anyone", passwordResets.create],
  "GET /password/sent": ["anyone", passwordResets.show],
  "GET /password/:token": ["anyone", passwords.edit],
  "POST /password/:token": ["anyone", passwords.update],
  "GET /invitations/:token": ["anyone", invitations.show],
  "POST /invitations/:token": ["anyone", invitations.accept],
  "GET /account": ["person", account.show],
  "POST /account": ["person", account.update],
  "GET /account/data.json": ["person", closure.file],
  "GET /account/closure": ["person", closure.blankForm],
  "POST /account/closure": ["person", closure.create],
  "POST /account/password": ["person", passwords.change],
  "GET /account/sign-ins": ["person", signIns.index],
  "POST /account/sign-ins/others/end": ["person", signIns.endOthers],
  "POST /account/sign-ins/:id/end": ["person", signIns.end],
  "POST /account/businesses/:id/profile-removal": ["person", account.removeProfile],
};

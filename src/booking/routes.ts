import type { RouteTable } from "../web/routes.ts";
import * as appointments from "./appointments.controller.ts";
import * as holds from "./holds.controller.ts";
import * as rescheduling from "./rescheduling.controller.ts";
import * as services from "./services.controller.ts";
import * as times from "./times.controller.ts";

/** Under /book/:business. */
export const routes: RouteTable = {
  "GET /": ["anyone", services.index],
  "GET /holds/:token": ["anyone", holds.show],
  "POST /holds/:token": ["anyone", holds.book],
  "GET /:service": ["anyone", times.show],
  "POST /:service": ["anyone", times.hold],
};

/** Under /appointments/:token: the link is what lets the customer in. */
export const appointmentRoutes: RouteTable = {
  "GET /": ["anyone", appointments.show],
  "GET /calendar.ics": ["anyone", appointments.calendar],
  "POST /cancellation": ["anyone", appointments.cancel],
  "GET /rescheduling": ["anyone", rescheduling.show],
  "POST /rescheduling": ["anyone", rescheduling.move],
};

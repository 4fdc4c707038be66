import type { RouteTable } from "../web/routes.ts";
import * as appointments from "./appointments.controller.ts";
import * as details from "./details.controller.ts";
import * as attendance from "./attendance.controller.ts";
import { entered } from "./my/entry.ts";
import * as myBookings from "./my/bookings.controller.ts";
import * as myData from "./my/data.controller.ts";
import * as myDetails from "./my/details.controller.ts";
import * as myErasure from "./my/erasure.controller.ts";
import * as myLinks from "./my/links.controller.ts";
import * as holds from "./holds.controller.ts";
import * as rescheduling from "./rescheduling.controller.ts";
import * as series from "./series.controller.ts";
import * as services from "./services.controller.ts";
import * as times from "./times.controller.ts";
import * as waiting from "./waiting.controller.ts";

/** Under /book/:business. */
export const routes: RouteTable = {
  "GET /": ["anyone", services.index],
  "GET /holds/:token": ["anyone", holds.show],
  "POST /holds/:token": ["anyone", holds.book],
  "GET /:service": ["anyone", times.show],
  "POST /:service": ["anyone", times.hold],
  "GET /:service/waiting": ["anyone", waiting.blankForm],
  "POST /:service/waiting": ["anyone", waiting.create],
};

/** Under /appointments/:token: the link is what lets the customer in. */
export const appointmentRoutes: RouteTable = {
  "GET /": ["anyone", appointments.show],
  "GET /calendar.ics": ["anyone", appointments.calendar],
  "POST /confirmation": ["anyone", appointments.confirm],
  "POST /cancellation": ["anyone", appointments.cancel],
  "GET /details": ["anyone", details.edit],
  "POST /details": ["anyone", details.update],
  "GET /series": ["anyone", series.show],
  "POST /series/cancellation": ["anyone", series.cancel],
  "GET /attendance": ["anyone", attendance.show],
  "POST /attendance": ["anyone", attendance.create],
  "GET /rescheduling": ["anyone", rescheduling.show],
  "POST /rescheduling": ["anyone", rescheduling.move],
};

/** Under /waiting/:token: a customer's place on a waiting list. */
export const waitingRoutes: RouteTable = {
  "GET /": ["anyone", waiting.show],
  "POST /": ["anyone", waiting.leave],
  "POST /refusal": ["anyone", waiting.refuse],
};

/** Under /my/:business: a link that came by mail opens what stands below /:token, for an hour. */
export const myRoutes: RouteTable = {
  "GET /": ["anyone", myLinks.blankForm],
  "POST /": ["anyone", myLinks.create],
  "GET /sent": ["anyone", myLinks.sent],
  "GET /links/:token": ["anyone", myLinks.show],
  "POST /links/:token": ["anyone", myLinks.use],
  "GET /receipts/:token": ["anyone", myErasure.show],
  "GET /:token": ["anyone", entered(myBookings.show)],
  "POST /:token/departure": ["anyone", myBookings.leave],
  "POST /:token/waiting/:id/departure": ["anyone", entered(myBookings.leaveList)],
  "GET /:token/customers/:id": ["anyone", entered(myDetails.edit)],
  "POST /:token/customers/:id": ["anyone", entered(myDetails.update)],
  "GET /:token/data": ["anyone", entered(myData.show)],
  "GET /:token/erasure": ["anyone", entered(myErasure.blankForm)],
  "POST /:token/erasure": ["anyone", entered(myErasure.create)],
};

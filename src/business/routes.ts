import type { RouteTable } from "../web/routes.ts";
import * as appointments from "./appointments.controller.ts";
import * as cancellation from "./cancellation.controller.ts";
import * as closures from "./closures.controller.ts";
import * as customers from "./customers.controller.ts";
import * as dashboard from "./dashboard.controller.ts";
import * as deliveries from "./deliveries.controller.ts";
import * as exceptions from "./exceptions.controller.ts";
import * as explanations from "./explanations.controller.ts";
import * as hours from "./hours.controller.ts";
import * as invitations from "./invitations.controller.ts";
import * as newAppointments from "./new-appointments.controller.ts";
import * as notices from "./notices.controller.ts";
import * as rescheduling from "./rescheduling.controller.ts";
import * as services from "./services.controller.ts";
import * as settings from "./settings.controller.ts";
import * as staff from "./staff.controller.ts";

export const routes: RouteTable = {
  "GET /": ["staff", dashboard.show],
  "GET /appointments": ["staff", appointments.index],
  "GET /appointments/new": ["staff", newAppointments.blankForm],
  "POST /appointments": ["staff", newAppointments.create],
  "GET /appointments/:id": ["staff", appointments.show],
  "GET /appointments/:id/rescheduling": ["staff", rescheduling.blankForm],
  "POST /appointments/:id/rescheduling": ["staff", rescheduling.create],
  "GET /appointments/:id/cancellation": ["staff", cancellation.blankForm],
  "POST /appointments/:id/cancellation": ["staff", cancellation.create],
  "POST /appointments/:id/deliveries/:delivery/repetition": ["staff", deliveries.repeat],
  "GET /customers": ["staff", customers.index],
  "GET /customers/new": ["staff", customers.blankForm],
  "POST /customers": ["staff", customers.create],
  "GET /customers/:id": ["staff", customers.show],
  "GET /customers/:id/edit": ["staff", customers.edit],
  "POST /customers/:id": ["staff", customers.update],
  "GET /explanations": ["staff", explanations.show],
  "GET /services": ["owner", services.index],
  "GET /services/new": ["owner", services.blankForm],
  "POST /services": ["owner", services.create],
  "GET /services/:id/edit": ["owner", services.edit],
  "POST /services/:id": ["owner", services.update],
  "POST /services/:id/archival": ["owner", services.archive],
  "POST /services/:id/restoration": ["owner", services.restore],
  "GET /staff": ["owner", staff.index],
  "GET /staff/new": ["owner", staff.blankForm],
  "POST /staff": ["owner", staff.create],
  "GET /staff/:id/edit": ["owner", staff.edit],
  "POST /staff/:id": ["owner", staff.update],
  "GET /staff/:id/invitation": ["owner", invitations.blankForm],
  "POST /staff/:id/invitation": ["owner", invitations.create],
  "POST /staff/:id/archival": ["owner", staff.archive],
  "POST /staff/:id/restoration": ["owner", staff.restore],
  "GET /hours": ["staff", hours.index],
  "GET /hours/:staffId": ["staff", hours.edit],
  "POST /hours/:staffId": ["staff", hours.update],
  "GET /hours/:staffId/exceptions": ["staff", exceptions.index],
  "POST /hours/:staffId/exceptions": ["staff", exceptions.create],
  "POST /hours/:staffId/exceptions/:id/removal": ["staff", exceptions.destroy],
  "GET /closures": ["owner", closures.index],
  "POST /closures": ["owner", closures.create],
  "POST /closures/:id/removal": ["owner", closures.destroy],
  "GET /notices": ["owner", notices.edit],
  "POST /notices": ["owner", notices.update],
  "GET /settings": ["owner", settings.edit],
  "POST /settings": ["owner", settings.update],
  "POST /settings/profile": ["owner", settings.updateProfile],
};

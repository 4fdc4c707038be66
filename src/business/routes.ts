import type { RouteTable } from "../web/routes.ts";
import * as absences from "./absences.controller.ts";
import * as absencesFile from "./absences.download.ts";
import * as agendas from "./agendas.controller.ts";
import { addons } from "./addons.controller.ts";
import * as approvals from "./approvals.controller.ts";
import * as blocks from "./blocks.controller.ts";
import * as appointments from "./appointments.controller.ts";
import * as appointmentsFile from "./appointments.download.ts";
import * as calendars from "./calendars.controller.ts";
import * as cancellation from "./cancellation.controller.ts";
import * as closures from "./closures.controller.ts";
import * as customers from "./customers.controller.ts";
import * as customersFile from "./customers.download.ts";
import * as customerImports from "./customer-imports.controller.ts";
import * as dashboard from "./dashboard.controller.ts";
import * as deliveriesFile from "./deliveries.download.ts";
import * as details from "./details.controller.ts";
import * as deliveries from "./deliveries.controller.ts";
import * as erasure from "./erasure.controller.ts";
import * as feeds from "./feeds.controller.ts";
import * as exceptions from "./exceptions.controller.ts";
import * as explanations from "./explanations.controller.ts";
import * as fields from "./fields.controller.ts";
import * as frames from "./frames.controller.ts";
import * as holidays from "./holidays.controller.ts";
import * as hours from "./hours.controller.ts";
import * as integrations from "./integrations.controller.ts";
import * as invitations from "./invitations.controller.ts";
import * as keys from "./keys.controller.ts";
import { locations, travel } from "./locations.controller.ts";
import * as marks from "./marks.controller.ts";
import * as mergers from "./mergers.controller.ts";
import * as newAppointments from "./new-appointments.controller.ts";
import * as notices from "./notices.controller.ts";
import * as noticeTexts from "./notice-texts.controller.ts";
import * as privacy from "./privacy.controller.ts";
import * as reports from "./reports.controller.ts";
import * as rescheduling from "./rescheduling.controller.ts";
import { resources } from "./resources.controller.ts";
import * as rights from "./rights.controller.ts";
import * as series from "./series.controller.ts";
import * as seriesRescheduling from "./series-rescheduling.controller.ts";
import * as services from "./services.controller.ts";
import * as servicesFile from "./services.download.ts";
import * as settings from "./settings.controller.ts";
import * as staffFile from "./staff.download.ts";
import * as newWaiting from "./new-waiting.controller.ts";
import * as waiting from "./waiting.controller.ts";
import * as waitingOffers from "./waiting-offers.controller.ts";
import * as waitingFile from "./waiting.download.ts";
import * as takeout from "./takeout.controller.ts";
import * as webhookCalls from "./webhook-calls.controller.ts";
import * as webhookConsents from "./webhook-consents.controller.ts";
import * as webhooks from "./webhooks.controller.ts";
import * as staff from "./staff.controller.ts";

export const routes: RouteTable = {
  "GET /": ["staff", dashboard.show],
  "GET /appointments": ["appointments", appointments.index],
  "GET /appointments.csv": ["appointments", appointmentsFile.file],
  "GET /appointments/new": ["appointments", newAppointments.blankForm],
  "POST /appointments": ["appointments", newAppointments.create],
  "GET /appointments/:id": ["appointments", appointments.show],
  "GET /appointments/:id/details": ["appointments", details.edit],
  "POST /appointments/:id/details": ["appointments", details.update],
  "GET /appointments/:id/rescheduling": ["appointments", rescheduling.blankForm],
  "POST /appointments/:id/rescheduling": ["appointments", rescheduling.create],
  "GET /appointments/:id/cancellation": ["appointments", cancellation.blankForm],
  "POST /appointments/:id/cancellation": ["appointments", cancellation.create],
  "GET /appointments/:id/series": ["appointments", series.show],
  "POST /appointments/:id/series/cancellation": ["appointments", series.cancel],
  "GET /appointments/:id/series/rescheduling": ["appointments", seriesRescheduling.blankForm],
  "POST /appointments/:id/series/rescheduling": ["appointments", seriesRescheduling.create],
  "POST /appointments/:id/series/approval": ["appointments", series.approve],
  "POST /appointments/:id/series/refusal": ["appointments", series.decline],
  "POST /appointments/:id/approval": ["appointments", marks.approve],
  "POST /appointments/:id/refusal": ["appointments", marks.decline],
  "POST /appointments/:id/arrival": ["appointments", marks.arrive],
  "POST /appointments/:id/completion": ["appointments", marks.complete],
  "POST /appointments/:id/no-show": ["appointments", marks.miss],
  "POST /appointments/:id/correction": ["appointments", marks.takeBack],
  "POST /appointments/:id/deliveries/:delivery/repetition": ["appointments", deliveries.repeat],
  "POST /appointments/:id/calls/:call/repetition": [
    "integrations",
    webhookCalls.repeatOfAppointment,
  ],
  "GET /customers": ["customers", customers.index],
  "GET /customers.csv": ["customers.all", customersFile.file],
  "GET /customers/duplicates": ["customers.all", mergers.index],
  "GET /customers/import": ["customers.all", customerImports.blankForm],
  "POST /customers/import": ["customers.all", customerImports.create],
  "GET /customers/imports/:id": ["customers.all", customerImports.show],
  "POST /customers/imports/:id": ["customers.all", customerImports.update],
  "POST /customers/imports/:id/removal": ["customers.all", customerImports.destroy],
  "GET /customers/new": ["customers", customers.blankForm],
  "POST /customers": ["customers", customers.create],
  "GET /customers/:id": ["customers", customers.show],
  "GET /customers/:id/edit": ["customers", customers.edit],
  "POST /customers/:id": ["customers", customers.update],
  "POST /customers/:id/approval": ["customers", approvals.create],
  "POST /customers/:id/block": ["customers.all", blocks.create],
  "POST /customers/:id/block/removal": ["customers.all", blocks.destroy],
  "GET /customers/:id/merger": ["customers.all", mergers.blankForm],
  "POST /customers/:id/merger": ["customers.all", mergers.create],
  "GET /customers/:id/erasure": ["customers.all", erasure.blankForm],
  "POST /customers/:id/erasure": ["customers.all", erasure.create],
  "GET /deliveries": ["notices", deliveries.index],
  "GET /deliveries.csv": ["notices", deliveriesFile.file],
  "POST /deliveries/:id/repetition": ["notices", deliveries.repeatListed],
  "POST /deliveries/calls/:id/repetition": ["integrations", webhookCalls.repeatListed],
  "GET /agendas": ["appointments", agendas.edit],
  "POST /agendas": ["appointments", agendas.update],
  "GET /waiting": ["appointments", waiting.index],
  "GET /waiting.csv": ["appointments", waitingFile.file],
  "GET /waiting/new": ["appointments", newWaiting.blankForm],
  "POST /waiting": ["appointments", newWaiting.create],
  "GET /waiting/:id/offers/new": ["appointments", waitingOffers.blankForm],
  "POST /waiting/:id/offers": ["appointments", waitingOffers.create],
  "POST /waiting/:id/removal": ["appointments", waiting.destroy],
  "GET /explanations": ["appointments", explanations.show],
  "GET /fields": ["catalogue", fields.index],
  "GET /fields/new": ["catalogue", fields.blankForm],
  "POST /fields": ["catalogue", fields.create],
  "GET /fields/:id/edit": ["catalogue", fields.edit],
  "POST /fields/:id": ["catalogue", fields.update],
  "POST /fields/:id/place": ["catalogue", fields.place],
  "POST /fields/:id/archival": ["catalogue", fields.archive],
  "POST /fields/:id/restoration": ["catalogue", fields.restore],
  "GET /services": ["catalogue", services.index],
  "GET /services.csv": ["catalogue", servicesFile.file],
  "GET /services/new": ["catalogue", services.blankForm],
  "POST /services": ["catalogue", services.create],
  "GET /services/:id/edit": ["catalogue", services.edit],
  "POST /services/:id": ["catalogue", services.update],
  "POST /services/:id/archival": ["catalogue", services.archive],
  "POST /services/:id/restoration": ["catalogue", services.restore],
  "GET /addons": ["catalogue", addons.index],
  "GET /addons/new": ["catalogue", addons.blankForm],
  "POST /addons": ["catalogue", addons.create],
  "GET /addons/:id/edit": ["catalogue", addons.edit],
  "POST /addons/:id": ["catalogue", addons.update],
  "POST /addons/:id/archival": ["catalogue", addons.archive],
  "POST /addons/:id/restoration": ["catalogue", addons.restore],
  "GET /resources": ["catalogue", resources.index],
  "GET /resources/new": ["catalogue", resources.blankForm],
  "POST /resources": ["catalogue", resources.create],
  "GET /resources/:id/edit": ["catalogue", resources.edit],
  "POST /resources/:id": ["catalogue", resources.update],
  "POST /resources/:id/archival": ["catalogue", resources.archive],
  "POST /resources/:id/restoration": ["catalogue", resources.restore],
  "POST /locations/travel": ["catalogue", travel],
  "GET /locations": ["catalogue", locations.index],
  "GET /locations/new": ["catalogue", locations.blankForm],
  "POST /locations": ["catalogue", locations.create],
  "GET /locations/:id/edit": ["catalogue", locations.edit],
  "POST /locations/:id": ["catalogue", locations.update],
  "POST /locations/:id/archival": ["catalogue", locations.archive],
  "POST /locations/:id/restoration": ["catalogue", locations.restore],
  "GET /staff": ["people", staff.index],
  "GET /staff.csv": ["people", staffFile.file],
  "GET /staff/new": ["people", staff.blankForm],
  "POST /staff": ["people", staff.create],
  "GET /staff/:id/edit": ["people", staff.edit],
  "POST /staff/:id": ["people", staff.update],
  "GET /staff/:id/invitation": ["people", invitations.blankForm],
  "POST /staff/:id/invitation": ["people", invitations.create],
  "POST /staff/:id/archival": ["people", staff.archive],
  "POST /staff/:id/restoration": ["people", staff.restore],
  "GET /staff/rights": ["staff", rights.index],
  "GET /hours": ["hours.own", hours.index],
  "GET /hours/:staffId": ["hours.own", hours.edit],
  "POST /hours/:staffId": ["hours.own", hours.update],
  "GET /hours/:staffId/exceptions": ["hours.own", exceptions.index],
  "POST /hours/:staffId/exceptions": ["hours.own", exceptions.create],
  "GET /hours/:staffId/exceptions/:id/edit": ["hours.own", exceptions.edit],
  "POST /hours/:staffId/exceptions/:id": ["hours.own", exceptions.update],
  "POST /hours/:staffId/exceptions/:id/removal": ["hours.own", exceptions.destroy],
  "GET /absences": ["hours.own", absences.index],
  "GET /absences.csv": ["hours.own", absencesFile.file],
  "POST /absences": ["hours.own", absences.create],
  "GET /absences/:id": ["hours.own", absences.show],
  "POST /absences/:id/grant": ["absences", absences.grant],
  "POST /absences/:id/refusal": ["absences", absences.refuse],
  "POST /absences/:id/withdrawal": ["hours.own", absences.withdraw],
  "GET /calendars": ["hours.own", calendars.index],
  "GET /calendars/:staffId": ["hours.own", calendars.show],
  "POST /calendars/:staffId/feed": ["hours.own", calendars.makeFeed],
  "POST /calendars/:staffId/feed/removal": ["hours.own", calendars.revokeFeed],
  "POST /calendars/:staffId/remote": ["hours.own", calendars.create],
  "POST /calendars/:staffId/remote/:id/reading": ["hours.own", calendars.read],
  "POST /calendars/:staffId/remote/:id/removal": ["hours.own", calendars.destroy],
  "GET /closures": ["closures.read", closures.index],
  "POST /closures": ["closures", closures.create],
  "GET /holidays": ["closures", holidays.index],
  "POST /holidays": ["closures", holidays.create],
  "POST /closures/:id/removal": ["closures", closures.destroy],
  "GET /integrations": ["integrations", integrations.show],
  "GET /integrations/keys": ["integrations", keys.index],
  "GET /integrations/keys/new": ["integrations", keys.blankForm],
  "POST /integrations/keys": ["integrations", keys.create],
  "POST /integrations/keys/:id/revocation": ["integrations", keys.revoke],
  "GET /integrations/frames": ["integrations", frames.edit],
  "POST /integrations/frames": ["integrations", frames.update],
  "GET /notices": ["notices", notices.edit],
  "POST /notices": ["notices", notices.update],
  "GET /notices/:kind/texts/:language": ["notices", noticeTexts.edit],
  "POST /notices/:kind/texts/:language": ["notices", noticeTexts.update],
  "POST /notices/:kind/texts/:language/removal": ["notices", noticeTexts.destroy],
  "GET /integrations/webhooks": ["integrations", webhooks.index],
  "GET /integrations/webhooks/new": ["integrations", webhooks.blankForm],
  "POST /integrations/webhooks": ["integrations", webhooks.create],
  "GET /integrations/webhooks/:id": ["integrations", webhooks.show],
  "GET /integrations/webhooks/:id/consent": ["integrations", webhookConsents.blankForm],
  "POST /integrations/webhooks/:id/consent": ["integrations", webhookConsents.create],
  "POST /integrations/webhooks/:id/revocation": ["integrations", webhookConsents.destroy],
  "POST /integrations/webhooks/:id/rotation": ["integrations", webhooks.rotate],
  "POST /integrations/webhooks/:id/removal": ["integrations", webhooks.destroy],
  "POST /integrations/webhooks/:id/tests": ["integrations", webhookCalls.test],
  "POST /integrations/webhooks/:id/calls/:call/repetition": ["integrations", webhookCalls.repeat],
  "GET /reports": ["reports", reports.show],
  "GET /reports/:report.csv": ["reports", reports.file],
  "GET /takeout": ["owner", takeout.show],
  "POST /takeout/exports": ["owner", takeout.createExport],
  "GET /takeout/exports/:id": ["owner", takeout.showExport],
  "GET /takeout/exports/:id/file": ["owner", takeout.file],
  "POST /takeout/imports": ["owner", takeout.createImport],
  "GET /takeout/imports/:id": ["owner", takeout.showImport],
  "GET /privacy": ["settings", privacy.show],
  "POST /privacy": ["settings", privacy.update],
  "GET /settings": ["settings", settings.edit],
  "POST /settings": ["settings", settings.update],
  "POST /settings/profile": ["settings", settings.updateProfile],
};

/** Under /calendars: the link is what lets a calendar program in. */
export const feedRoutes: RouteTable = {
  "GET /:token.ics": ["anyone", feeds.show],
};

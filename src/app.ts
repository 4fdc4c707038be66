import express, { type Express } from "express";
import { routes as account } from "./account/routes.ts";
import { documentation } from "./api/documentation.routes.ts";
import { mountApi } from "./api/mount.ts";
import { routes as api } from "./api/routes.ts";
import { appointmentRoutes, myRoutes, routes as booking, waitingRoutes } from "./booking/routes.ts";
import { feedRoutes, routes as business } from "./business/routes.ts";
import { routes as operator } from "./operator/routes.ts";
import { routes as privacy } from "./privacy/routes.ts";
import { routes as site } from "./site/routes.ts";
import { hideAddresses, readAddress } from "./web/address.ts";
import { bookingArea, operatorArea, personArea, visitorArea, workspaceArea } from "./web/areas.ts";
import { readBody } from "./web/body.ts";
import { notFound, showError } from "./web/errors.ts";
import { securityHeaders } from "./web/headers.ts";
import { alive, metrics, ready } from "./web/health.ts";
import { logRequests } from "./web/log-requests.ts";
import { listen } from "./web/language.ts";
import { serveKeptPage } from "./web/page-cache.ts";
import { mount } from "./web/routes.ts";
import { serveIcon, serveStylesheet } from "./web/static.ts";
import { countVisits } from "./web/visits.ts";

/** The tables of every area, with where it is mounted: what the tests of all routes read. */
export const areas = {
  "": { site, privacy, account },
  "/book/:business": { booking },
  "/appointments/:token": { appointmentRoutes },
  "/my/:business": { myRoutes },
  "/waiting/:token": { waitingRoutes },
  "/b/:business": { business },
  "/calendars": { feedRoutes },
  "/operator": { operator },
  "/api/v1": { documentation },
};
/** The same for programs. */
export const apis = { "/api/v1": api };

export function createApp(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", false);
  app.set("query parser", "simple");

  // First of all: after this, nobody can read the address.
  hideAddresses(app.request);
  app.use(readAddress, securityHeaders);
  app.get("/style.css", serveStylesheet);
  app.get("/icon.svg", serveIcon);
  app.get("/healthz", alive);
  app.get("/readyz", ready);
  app.get("/metrics", metrics);

  app.use(logRequests, countVisits, serveKeptPage);
  app.use("/api/v1", visitorArea("site", "/api/v1"), mount(documentation));
  app.use("/api/v1", mountApi(api, "/api/v1"));
  app.use(["/book", "/appointments", "/my", "/waiting"], listen);
  app.use(readBody);
  app.use("/book/:business", bookingArea("/book/:business"), mount(booking));
  app.use(
    "/appointments/:token",
    visitorArea("booking", "/appointments/:token"),
    mount(appointmentRoutes),
  );
  app.use("/waiting/:token", visitorArea("booking", "/waiting/:token"), mount(waitingRoutes));
  app.use("/my/:business", bookingArea("/my/:business"), mount(myRoutes));
  app.use("/b/:business", workspaceArea("/b/:business"), mount(business));
  app.use("/calendars", visitorArea("site", "/calendars"), mount(feedRoutes));
  app.use("/operator", operatorArea("/operator"), mount(operator));
  app.use(visitorArea("site"), mount(site), mount(privacy));
  app.use(personArea("site"), mount(account));
  app.use(notFound);
  app.use(showError);
  return app;
}

// Every page there is: by the route that shows it, as each who may see it gets it, and in the
// states it can be in. A route that is added without a line here fails a test.
import { createServer } from "node:http";
import express from "express";
import supertest from "supertest";
import { load } from "cheerio";
import { HttpError, TooManyRequests } from "../../src/errors.ts";
import { run, transaction } from "../../src/models/database.ts";
import { ReferralRefusal } from "../../src/models/referral-refusal.ts";
import { Switch } from "../../src/models/switch.ts";
import { visitorArea } from "../../src/web/areas.ts";
import { showError } from "../../src/web/errors.ts";
import { type Browser, type Fields, formOf, type Page } from "./browser.ts";
import { beginner, type Furnished, outcome, type Role } from "./furnished.ts";

type Route = `${"GET" | "POST"} /${string}`;
type Ask = (house: Furnished, browser: Browser) => Promise<Page>;
export type Sample = {
  route: Route;
  as: Role;
  /** How it differs from the page as it usually is. */
  state?: string;
  status: number;
  ask: (house: Furnished) => Promise<Page>;
};

type PathOf = string | ((house: Furnished) => string | Promise<string>);
type Options = { state?: string; status?: number };

const B = "/b/demo";

/** What a GET answers that is no page. */
export const NO_PAGES: readonly Route[] = [
  "GET /appointments/:token/calendar.ics",
  "GET /operator/statistics.csv",
];

/** Posts that have nothing to fill in, so nothing to refuse. */
export const NOTHING_TO_REFUSE: readonly Route[] = [
  "POST /refer/changes",
  "POST /refer/refusals/:token",
  "POST /logout",
  "POST /account/businesses/:id/profile-removal",
  "POST /appointments/:token/cancellation",
  "POST /b/:business/appointments/:id/cancellation",
  "POST /b/:business/appointments/:id/deliveries/:delivery/repetition",
  "POST /b/:business/services/:id/archival",
  "POST /b/:business/services/:id/restoration",
  "POST /b/:business/staff/:id/archival",
  "POST /b/:business/staff/:id/restoration",
  "POST /b/:business/hours/:staffId/exceptions/:id/removal",
  "POST /b/:business/closures/:id/removal",
  "POST /operator/logout",
  "POST /operator/referrals/pause",
  "POST /operator/referrals/resumption",
];

import * as appointments from "./appointments.controller.ts";
import * as catalogue from "./catalogue.controller.ts";
import * as customers from "./customers.controller.ts";
import type { ApiTable } from "./endpoint.ts";
import * as holds from "./holds.controller.ts";
import * as series from "./series.controller.ts";
import * as services from "./services.controller.ts";
import * as times from "./times.controller.ts";
import * as waiting from "./waiting.controller.ts";
import * as webhooks from "./webhooks.controller.ts";

export const routes: ApiTable = {
  "GET /business": ["services:read", services.business],
  "GET /locations": ["services:read", services.locations],
  "GET /categories": ["services:read", catalogue.categories],
  "GET /addons": ["services:read", catalogue.addons],
  "GET /resources": ["services:read", catalogue.resources],
  "GET /services": ["services:read", services.index],
  "GET /services/:id": ["services:read", services.show],
  "GET /providers": ["services:read", services.providers],
  "GET /providers/:id": ["services:read", services.provider],
  "GET /times": ["times:read", times.index],
  "POST /holds": ["holds:write", holds.create],
  "GET /holds/:token": ["holds:write", holds.show],
  "DELETE /holds/:token": ["holds:write", holds.destroy],
  "GET /appointments": ["appointments:read", appointments.index],
  "GET /appointments/:id": ["appointments:read", appointments.show],
  "POST /appointments": ["appointments:write", appointments.create],
  "POST /appointments/:id/rescheduling": ["appointments:write", appointments.move],
  "POST /appointments/:id/cancellation": ["appointments:write", appointments.cancel],
  "POST /appointments/:id/approval": ["appointments:write", appointments.approve],
  "POST /appointments/:id/refusal": ["appointments:write", appointments.decline],
  "POST /appointments/:id/mark": ["appointments:write", appointments.mark],
  "POST /plans": ["times:read", series.plan],
  "POST /series": ["appointments:write", series.create],
  "GET /series/:id": ["appointments:read", series.show],
  "POST /series/:id/cancellation": ["appointments:write", series.cancel],
  "POST /series/:id/approval": ["appointments:write", series.approve],
  "POST /series/:id/refusal": ["appointments:write", series.decline],
  "GET /waiting": ["waiting:read", waiting.index],
  "GET /waiting/:id": ["waiting:read", waiting.show],
  "POST /waiting": ["waiting:write", waiting.create],
  "DELETE /waiting/:id": ["waiting:write", waiting.destroy],
  "GET /customers": ["customers:read", customers.index],
  "GET /customers/:id": ["customers:read", customers.show],
  "POST /customers": ["customers:write", customers.create],
  "PATCH /customers/:id": ["customers:write", customers.update],
  "GET /webhooks": ["webhooks:read", webhooks.index],
  "GET /webhooks/:id": ["webhooks:read", webhooks.show],
  "POST /webhooks": ["webhooks:write", webhooks.create],
  "DELETE /webhooks/:id": ["webhooks:write", webhooks.destroy],
};

import type { RouteTable } from "../web/routes.ts";

export const routes: RouteTable = {};

// What a provider does at another location while she does not work at the one that is asked about.
import { clashWith } from "../domain/elsewhere.ts";
import type { Explanation } from "../domain/explanation.ts";
import { instantToLocal, MINUTE } from "../domain/time.ts";
import type { Catalogue, CatalogueService } from "./catalogue.ts";

/** Nothing for times that are offered, or are not for another reason. */
export function elsewhereOf(
  { catalogue, service }: { catalogue: Catalogue; service: CatalogueService },
  { staffId, start, verdict }: Explanation,
): Pick<Explanation, "elsewhere"> {
  if (start === null || verdict.offered) return {};
  if (verdict.rule !== "outside-hours" && verdict.rule !== "exception") return {};
  const end = start + (service.minutes + service.bufferAfter) * MINUTE;
  const asked = { start: start - service.bufferBefore * MINUTE, end };
  const { zone, travelMinutes } = catalogue.business;
  const around = { from: instantToLocal(asked.start, zone).date, days: 3 };
  for (const { location, providers, closures } of catalogue.views.values()) {
    const schedule = providers.find(({ id }) => id === staffId);
    if (!schedule || location.archived || location.id === catalogue.location.id) continue;
    const closed = [...closures, ...schedule.absences];
    const place = { name: location.name, zone: location.zone, schedule, closures: closed };
    const clash = clashWith([asked], place, travelMinutes, around);
    if (clash) return { elsewhere: { name: clash.name, working: clash.there } };
  }
  return {};
}

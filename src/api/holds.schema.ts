import { z } from "zod";
import { GivenMoment, Id, Moment, ZoneName } from "./wire.ts";
import { wishFields } from "./wish.ts";

export const NewHold = z.strictObject({ ...wishFields, start: GivenMoment });

export const Hold = z
  .object({
    token: z.string().meta({ description: "Names it. Who has it can book the time" }),
    service_id: Id,
    provider_id: Id.meta({ description: "With whom the time is kept" }),
    location_id: Id,
    people: z.int(),
    addon_ids: z.array(Id),
    start: Moment,
    end: Moment,
    zone: ZoneName,
    expires_at: Moment.meta({ description: "Until when it is kept: ten minutes" }),
    appointment_id: Id.nullable().meta({ description: "What it has become" }),
  })
  .meta({ id: "Hold" });

export const ByToken = z.strictObject({ token: z.string().min(1).max(100) });

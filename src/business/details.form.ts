import { z } from "zod";
import { paragraph } from "../web/form.ts";

/** What was told with an appointment, besides the answers to the business's fields. */
export const DetailsForm = z.object({ note: paragraph(1000) });

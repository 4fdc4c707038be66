import type { JobName, Jobs } from "../src/jobs.ts";
import { Agenda } from "../src/models/agenda.ts";
import { ApiRequest } from "../src/models/api-request.ts";
import { Answers } from "../src/models/answer.ts";
import { Appointment, Delivery, Hold } from "../src/models/index.ts";
import { MyLink } from "../src/models/my-link.ts";
import { readRemoteCalendar, sweepRemoteCalendars } from "../src/models/remote-calendar-reading.ts";
import { Retention } from "../src/models/retention.ts";
import { sealAnew } from "../src/models/sealed.ts";
import { SignIns } from "../src/models/sign-in.ts";
import { Transfers } from "../src/models/transfer.ts";
import { runTransfer } from "../src/models/transfer-run.ts";
import { VisitCount } from "../src/models/visit-count.ts";
import { Waiting } from "../src/models/waiting.ts";
import { WebhookCall } from "../src/models/webhook-call.ts";

// One line each: call the model. A row that has gone is not an error.
const handlers: { [N in JobName]: (payload: Jobs[N]) => Promise<unknown> } = {
  "agenda.owe": () => Agenda.oweDue(Date.now()),
  "answers.sweep": () => Answers.sweep(Date.now()),
  "delivery.send": ({ deliveryId }) => Delivery.send(deliveryId, Date.now()),
  "delivery.sweep": () => Delivery.sweep(Date.now()),
  "hold.sweep": () => Hold.sweep(Date.now()),
  "pending.sweep": () => Appointment.sweepPending(Date.now()),
  "api-request.sweep": () => ApiRequest.sweep(Date.now()),
  "webhook.send": ({ callId }) => WebhookCall.send(callId, Date.now()),
  "webhook.sweep": () => WebhookCall.sweep(Date.now()),
  "my-link.sweep": () => MyLink.sweep(Date.now()),
  "calendar.read": ({ calendarId }) => readRemoteCalendar(calendarId, Date.now()),
  "calendar.sweep": () => sweepRemoteCalendars(Date.now()),
  "transfer.run": ({ transferId }) => runTransfer(transferId, Date.now),
  "transfer.sweep": () => Transfers.sweep(Date.now()),
  "secrets.renew": () => sealAnew(),
  "retention.run": () => Retention.run(Date.now()),
  "sign-in.sweep": () => SignIns.sweep(Date.now()),
  "waiting.offer": ({ businessId }) => Waiting.offer(businessId, Date.now()),
  "waiting.sweep": () => Waiting.sweep(Date.now()),
  "visits.add": (batch) => VisitCount.addBatch(batch, Date.now()),
  "visits.sweep": () => VisitCount.sweep(Date.now()),
};

export function handle<N extends JobName>(name: N, payload: Jobs[N]): Promise<unknown> {
  return handlers[name](payload);
}

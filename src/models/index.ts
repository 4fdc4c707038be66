// The models, set up once. The only barrel of the tree.
import { Business } from "./business.ts";
import { Customer } from "./customer.ts";
import { Operator } from "./operator.ts";
import { Person } from "./person.ts";
import { Service } from "./service.ts";
import { Staff } from "./staff.ts";

for (const model of [Business, Customer, Operator, Person, Service, Staff]) model.setup();

export { Business, Customer, Operator, Person, Service, Staff };
export { Allocation, TimeTaken } from "./allocation.ts";
export { Appointment, TooLate } from "./appointment.ts";
export { type Actor, AuditEntry } from "./audit-entry.ts";
export { Delivery } from "./delivery.ts";
export { Hold } from "./hold.ts";
export { Notice } from "./notice.ts";

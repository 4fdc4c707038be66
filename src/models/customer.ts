import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type NonAttribute,
  UniqueConstraintError,
} from "sequelize";
import type { Answer } from "../domain/fields.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { Answers } from "./answer.ts";
import { say } from "../language.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { identityOf, keysOf, refreshSearch } from "./customer-keys.ts";
import {
  ADD,
  ADDED_BEFORE,
  CHANGE,
  FIND_OR_MAKE,
  FORGET_ALIAS,
  HERS,
  UNMAKE_MERGED,
} from "./customer-statements.ts";
import { type Flag, isPostgres, rows, run, transaction } from "./database.ts";
import { toId } from "./id.ts";
import type { Binds } from "./statements.ts";
import { Notice } from "./notice.ts";
import { ChangedMeanwhile, isChange, Refused } from "./set-up.ts";
import type { Book } from "./appointment-list.ts";
import { id, instant, integer, optional, table, text } from "./table.ts";
import { oweCalls } from "./webhook-owed.ts";

export type CustomerContact = { name: string; email: string | null; confirmed: boolean };
export type CustomerDetails = { name: string; email: string | null; phone: string | null };
/** Details with what staff keep for themselves. */
export type CustomerRecord = CustomerDetails & { note: string; alert: string };

/** Who books, as booking asks: by herself, or staff for her. */
export type Booker = CustomerDetails & { answers?: readonly Answer[]; online?: boolean };
export type BookedBy = {
  id: number;
  phone: string | null;
  /** null: her first booking is a request, where the business wants it so */
  approvedAt: Instant | null;
  /** null: she has yet to show that the mail address is hers, where the business wants it so */
  confirmedAt: Instant | null;
};

type Asked = Binds & { businessId: number; now: Instant };
type Found = BookedBy & { search: string; blocked: Flag; heard: Flag; createdAt: Instant };

/** The customer is asked to call: no more is said to whoever may be typing her address. */
export class CallUs extends Conflict {
  constructor() {
    super(say("refusal.call"));
  }
}

const PRESSED_TWICE = 10 * MINUTE; // the same customer added again within this time is one form's
const PHONE_DIGITS = 7; // fewer are no number of anybody's

/** Somebody who books with a business. */
export class Customer extends Model<InferAttributes<Customer>, InferCreationAttributes<Customer>> {
  declare id: CreationOptional<number>;
  declare businessId: number;
  declare identity: string | null;
  declare name: string;
  declare email: string | null;
  declare phone: string | null;
  /** For staff only. */
  declare note: CreationOptional<string>;
  /** For staff only, shown in red wherever she is booked. */
  declare alert: CreationOptional<string>;
  /** null while she has yet to be approved, where the business asks for that */
  declare approvedAt: CreationOptional<Instant | null>;
  /** null while she has yet to confirm her mail address, where the business asks for that */
  declare confirmedAt: CreationOptional<Instant | null>;
  declare blockedAt: CreationOptional<Instant | null>;
  /** Since when mails to her address come back. */
  declare bouncedAt: CreationOptional<Instant | null>;
  declare createdAt: Instant;
  /** When everything of her was blanked. */
  declare erasedAt: CreationOptional<Instant | null>;

  /**
   * Of one provider's book, those who book with her, and those who have not booked yet.
   * @throws NotFound for nobody's and somebody else's alike
   */
  static async find({ id: businessId, only }: Book, customerId: unknown): Promise<Customer> {
    const where = { id: toId(customerId), businessId };
    const customer = await Customer.findOne({ where });
    const isHers =
      only === undefined || (await rows(HERS, { businessId, only, id: where.id })).length > 0;
    if (!customer || !isHers) throw new NotFound("customer");
    return customer;
  }

  /**
   * Keeps her from being erased or merged away until the end of the transaction.
   * @throws Conflict if she was
   */
  static async requirePresent(businessId: number, customerId: number): Promise<void> {
    const found = await rows(
      `SELECT id FROM customers
       WHERE business_id = $businessId AND id = $customerId AND erased_at IS NULL
       ${isPostgres ? "FOR KEY SHARE" : ""}`,
      { businessId, customerId },
    );
    if (found.length === 0) throw new Conflict("This customer was erased or merged meanwhile");
  }

  /** What a customer's own page says of her, and whether a confirmation goes to her. */
  static async contact(businessId: number, customerId: number): Promise<CustomerContact> {
    const [contact] = await rows<Omit<CustomerContact, "confirmed"> & { confirmed: Flag | null }>(
      `SELECT c.name, c.email, n.enabled AS confirmed
       FROM customers c
       LEFT JOIN notices n ON n.business_id = c.business_id AND n.kind = 'confirmation'
       WHERE c.business_id = $businessId AND c.id = $customerId`,
      { businessId, customerId },
    );
    if (!contact) throw new NotFound("customer");
    return { ...contact, confirmed: Boolean(contact.confirmed) };
  }

  /**
   * The customer of this business with this mail address and name, made if there is none. Anybody
   * can book under a name, so a phone number that is known stays. Answers that are given take the
   * place of older ones, those left empty do not: what is stored is never shown to whoever types a
   * mail address, so an empty field means "nothing new". Inside a transaction.
   * @throws CallUs where she, or whoever has this mail address or phone number, may not book online
   */
  static async findOrMake(businessId: number, booker: Booker, now: Instant): Promise<BookedBy> {
    const { name, email, phone, answers = [], online = false } = booker;
    const own = answers.filter(({ field }) => field.subject === "customer");
    const keys = keysOf({ name, email, phone }, own);
    const bind = { businessId, name, email, phone, ...keys, online, now, digits: PHONE_DIGITS };
    const identity = identityOf(name, email);
    const customer = await foundOrMade({ ...bind, identity });
    if (!customer) throw new Error("a customer was neither found nor made");
    if (online && customer.blocked) throw new CallUs();
    await Answers.keep({ businessId, subject: "customer", id: customer.id }, own, now);
    if (customer.heard && customer.createdAt === now)
      await oweCalls({ businessId, customerId: customer.id }, "customer.created", now);
    // A new one's is written already.
    if (own.length > 0 && customer.search !== keys.search)
      await refreshSearch(businessId, customer.id);
    return customer;
  }

  /**
   * The id of a new customer; the same form sent twice adds one.
   * @throws Refused when there is one with this name and mail address
   */
  static async add(
    business: { id: number },
    record: CustomerRecord,
    actor: Actor,
    now: Instant,
    answers: readonly Answer[] = [],
  ): Promise<number> {
    const bind = { ...record, businessId: business.id, now };
    return transaction(async () => {
      const [sent] = await rows<{ id: number }>(ADDED_BEFORE, {
        ...bind,
        ...textsOf(record),
        since: now - PRESSED_TWICE,
      });
      if (sent) return sent.id;
      const identity = identityOf(record.name, record.email);
      const keys = keysOf(record, answers);
      const [made] = await rows<{ id: number }>(ADD, { ...bind, ...keys, identity });
      if (!made) throw isKnown();
      await run(FORGET_ALIAS, { businessId: business.id, identity });
      await Answers.keep({ businessId: business.id, subject: "customer", ...made }, answers, now);
      await writeAudit("customer.added", made.id, business.id, actor, now);
      return made.id;
    });
  }

  get record(): NonAttribute<CustomerRecord> {
    const { name, email, phone, note, alert } = this;
    return { name, email, phone, note, alert };
  }

  /**
   * @param answers those of the fields that the form showed; left empty, they go
   * @param seen the edition of what the form showed
   * @throws ChangedMeanwhile; Refused when another customer has this name and mail address
   */
  async change(
    record: CustomerRecord,
    seen: string,
    actor: Actor,
    now: Instant,
    answers: readonly Answer[] = [],
  ): Promise<void> {
    const { id: customerId, businessId } = this;
    const owner = { businessId, subject: "customer", id: customerId } as const;
    const identity = identityOf(record.name, record.email);
    const bind = { ...record, ...textsOf(this), identity, customerId, businessId };
    try {
      await transaction(async () => {
        // First of all, so that whoever saves at the same time waits for her answers as well.
        if ((await run(CHANGE, bind)) === 0) throw new ChangedMeanwhile();
        const fields = answers.map(({ field }) => field);
        const stored = editable(this.record, await Answers.of(owner, fields));
        if (!isChange(stored, editable(record, answers), seen)) return;
        await run(FORGET_ALIAS, { businessId, identity });
        await Answers.replace(owner, answers, now);
        await refreshSearch(businessId, customerId);
        if (record.email !== null && this.email === null) await Notice.catchUp(businessId, now);
        await writeAudit("customer.changed", customerId, businessId, actor, now);
      });
    } catch (error) {
      throw error instanceof UniqueConstraintError ? isKnown() : error;
    }
  }

  /** She can no longer book online; staff still can for her. Blocking twice is blocking once. */
  block(actor: Actor, now: Instant): Promise<void> {
    return this.mark("blocked_at", true, "customer.blocked", actor, now);
  }

  unblock(actor: Actor, now: Instant): Promise<void> {
    return this.mark("blocked_at", false, "customer.unblocked", actor, now);
  }

  /** Her bookings stand at once from now on. */
  approve(actor: Actor, now: Instant): Promise<void> {
    return this.mark("approved_at", true, "customer.approved", actor, now);
  }

  private mark(
    column: "blocked_at" | "approved_at",
    set: boolean,
    action: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    const { id: customerId, businessId } = this;
    return transaction(async () => {
      const changed = await run(
        `UPDATE customers SET ${column} = CAST($at AS BIGINT)
         WHERE business_id = $businessId AND id = $customerId
           AND (${column} IS NULL) = (CAST($at AS BIGINT) IS NOT NULL)`,
        { businessId, customerId, at: set ? now : null },
      );
      if (changed === 1) await writeAudit(action, customerId, businessId, actor, now);
    });
  }

  static setup(): void {
    Customer.init(
      {
        id,
        businessId: integer,
        identity: optional(text),
        name: text,
        email: optional(text),
        phone: optional(text),
        note: { ...text, defaultValue: "" },
        alert: { ...text, defaultValue: "" },
        approvedAt: optional(instant),
        confirmedAt: optional(instant),
        blockedAt: optional(instant),
        bouncedAt: optional(instant),
        createdAt: instant,
        erasedAt: optional(instant),
      },
      table("customers"),
    );
  }
}

/**
 * Who was merged into another in this very moment is not seen to be her, and made anew: then she is
 * looked for again. Only on PostgreSQL, where both can happen at once.
 */
async function foundOrMade(bind: Asked): Promise<Found | undefined> {
  const { businessId, now } = bind;
  const [found] = await rows<Found>(FIND_OR_MAKE, bind);
  if (!isPostgres || found?.createdAt !== now) return found;
  const unmade = await run(UNMAKE_MERGED, { businessId, id: found.id });
  return unmade > 0 ? foundOrMade(bind) : found;
}

/** What the form for a customer shows and changes, as `editionOf` names it. */
export function editable(record: CustomerRecord, answers: readonly Answer[]): object {
  const values = answers.map(({ field, text: typed, number, date }) => [
    `field_${field.key}`,
    typed ?? number ?? date,
  ]);
  return { ...record, ...Object.fromEntries(values) };
}

function textsOf({ name, email, phone, note, alert }: CustomerRecord) {
  return {
    oldName: name,
    oldEmail: email ?? "",
    oldPhone: phone ?? "",
    oldNote: note,
    oldAlert: alert,
  };
}

function isKnown(): Refused {
  return new Refused("email", "A customer with this name and e-mail address is known already");
}

function writeAudit(
  action: string,
  customerId: number,
  businessId: number,
  actor: Actor,
  now: Instant,
): Promise<void> {
  return AuditEntry.write({ businessId, action, details: { customerId } }, actor, now);
}

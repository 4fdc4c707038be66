// What is kept, in classes: what it is, why it is kept, on what basis, for how long, who sees it. The
// sweeps take their periods from here, the data map (src/privacy/data-map.ts) puts every column into
// one of these, and the pages show them in these words.
import { days, months, type Period } from "./period.ts";
import { DAY } from "./time.ts";

/** Why the law lets us keep it. */
export type Basis = "contract" | "consent" | "legitimate interest" | "no personal data";

export type DataClass = {
  what: string;
  why: string;
  basis: Basis;
  /** A period after which a job takes it away, or until when it is kept, in words. */
  kept: Period | string;
  seenBy: string;
};

const WITH_BUSINESS = "As long as the business uses Plainbook";
const ITS_STAFF = "The staff of the business, as their roles allow";
const NO_PERSON = "no personal data";

const classes = {
  customer: {
    what: "Customers: name, mail address, phone number, notes about them",
    why: "So that a business knows who has booked and can reach them",
    basis: "contract",
    kept: months(36, [3, 120], "her last appointment"),
    seenBy: `${ITS_STAFF}; the customer herself`,
  },
  note: {
    what: "What was written with an appointment: a note, another phone number",
    why: "So that the appointment can be prepared",
    basis: "contract",
    kept: months(12, [1, 60], "the appointment"),
    seenBy: `${ITS_STAFF}; the customer herself`,
  },
  answer: {
    what: "Answers to questions of a business’s own",
    why: "As the business says beside each question",
    basis: "contract",
    kept: "As long as the business has set for each question; then a nightly job erases it",
    seenBy: `${ITS_STAFF}; the customer herself, unless the question is for staff only`,
  },
  appointment: {
    what: "Appointments: when, what for, with whom, at what price",
    why: "So that they take place, and the business’s figures are right",
    basis: "contract",
    kept: `${WITH_BUSINESS}; without a name once the customer is erased`,
    seenBy: `${ITS_STAFF}; the customer herself`,
  },
  waiting: {
    what: "Waiting lists: name, mail address, phone number and the times wished for",
    why: "So that a time that becomes free can be offered",
    basis: "contract",
    kept: days(30, "the place is given up; name and address go at once", "waiting.sweep"),
    seenBy: ITS_STAFF,
  },
  hold: {
    what: "Times that are kept while somebody fills in the form",
    why: "So that nobody else gets the time meanwhile",
    basis: NO_PERSON,
    kept: days(1, "the time is no longer kept", "hold.sweep"),
    seenBy: "Nobody",
  },
  delivery: {
    what: "That a mail or a message was sent, and what became of it",
    why: "So that one who did not hear of something can be told",
    basis: "contract",
    kept: WITH_BUSINESS,
    seenBy: ITS_STAFF,
  },
  mail_text: {
    what: "Mails as they were sent, and to which address",
    why: "So that the business can see what was said",
    basis: "legitimate interest",
    kept: days(30, "it was sent", "delivery.sweep"),
    seenBy: ITS_STAFF,
  },
  customer_link: {
    what: "One-time links to a customer’s own bookings, and the address they went to",
    why: "So that customers need no account",
    basis: "contract",
    kept: days(1, "it was asked for", "my-link.sweep"),
    seenBy: "Nobody",
  },
  receipt: {
    what: "Receipts of what was erased: when and how much, and nothing of whom",
    why: "So that it can be shown that it was done",
    basis: NO_PERSON,
    kept: WITH_BUSINESS,
    seenBy: "Who has the link to it",
  },
  receipt_address: {
    what: "The address to which a receipt of an erasure goes",
    why: "So that the receipt arrives",
    basis: "contract",
    kept: days(1, "the erasure, or as soon as the mail is out", "delivery.sweep"),
    seenBy: "Nobody",
  },
  file: {
    what: "Files of customers, or of everything, on their way in or out",
    why: "So that a business can bring its data along and take it away",
    basis: "contract",
    kept: days(1, "it was made", "transfer.sweep"),
    seenBy: "Who made the file, and the owners",
  },
  file_report: {
    what: "What became of such files, in numbers",
    why: "So that it can be read what was taken in and what was not",
    basis: NO_PERSON,
    kept: days(30, "it was done", "transfer.sweep"),
    seenBy: "Who made the file, and the owners",
  },
  api_answer: {
    what: "What other programs of a business were answered, sealed",
    why: "So that a request sent twice is done once",
    basis: "contract",
    kept: days(1, "the request", "api-request.sweep"),
    seenBy: "The program that asked",
  },
  webhook_text: {
    what: "Messages to other programs of a business as they were sent",
    why: "So that the business can see what was said",
    basis: "consent",
    kept: days(30, "it was sent", "webhook.sweep"),
    seenBy: "The owners of the business",
  },
  integration: {
    what: "Connections with other programs: where, since when, who agreed to what",
    why: "So that nothing goes anywhere without somebody’s consent",
    basis: "consent",
    kept: WITH_BUSINESS,
    seenBy: "The owners of the business",
  },
  calendar: {
    what: "Other calendars of staff: their sealed address, and when somebody is busy there",
    why: "So that nobody is booked while busy elsewhere",
    basis: "consent",
    kept: "Until the calendar is taken away; the times are read anew every quarter of an hour",
    seenBy: "Who has added the calendar, and who sets hours",
  },
  account: {
    what: "Sign-ins: name, mail address, and what a password can be checked by but not read",
    why: "So that somebody can sign in",
    basis: "contract",
    kept: "Until its holder closes the account",
    seenBy: "Its holder; name and address also the businesses she works for",
  },
  sign_in: {
    what: "Sign-ins of staff: when, the region and the browser’s family; no address",
    why: "So that its holder sees who is signed in as her, and ends what she does not know",
    basis: "contract",
    kept: days(90, "she signed in", "sign-in.sweep"),
    seenBy: "Its holder",
  },
  staff: {
    what: "Staff: name, mail address, role, hours, days off",
    why: "So that they can be booked and do their work",
    basis: "contract",
    kept: `${WITH_BUSINESS}; the name goes when a person closes her account`,
    seenBy: `${ITS_STAFF}; customers see the names of who can be booked`,
  },
  absence_note: {
    what: "What staff write when they ask for time off",
    why: "So that it can be decided about",
    basis: "contract",
    kept: months(12, [1, 36], "the last day off"),
    seenBy: "Who grants time off, and who asked for it",
  },
  staff_link: {
    what: "Invitations and links to a new password",
    why: "So that each chooses a password of her own",
    basis: "contract",
    kept: days(30, "the link was used or has expired", "retention.run"),
    seenBy: "Who was invited, and who invites",
  },
  business: {
    what: "Businesses: name, postal address, phone number, contacts",
    why: "So that customers find the business, and we can reach it",
    basis: "contract",
    kept: WITH_BUSINESS,
    seenBy: "Everybody, but for the contacts: those are seen by owners and managers",
  },
  profile: {
    what: "Revenue, headcount and industry of a business, where it has told us",
    why: "So that we know for whom we build this",
    basis: "consent",
    kept: "Until the business takes it back, which it can at any time",
    seenBy: "The owners of the business",
  },
  offer: {
    what: "What a business offers and how it is set up: services, prices, opening, rules, mail texts",
    why: "So that it can be booked",
    basis: NO_PERSON,
    kept: WITH_BUSINESS,
    seenBy: "Everybody, as far as the business shows it",
  },
  history: {
    what: "The history of a business: who did what and when, in codes and numbers",
    why: "So that it can be seen later what has happened; nobody can change it",
    basis: "legitimate interest",
    kept: WITH_BUSINESS,
    seenBy: ITS_STAFF,
  },
  operator: {
    what: "Who runs the service: name, mail address, password as with accounts",
    why: "So that it is known who can do what",
    basis: "contract",
    kept: "As long as she works for us",
    seenBy: "Operators",
  },
  count: {
    what: "How often pages were shown, by day, region, browser family and language",
    why: "To run and improve the site",
    basis: NO_PERSON,
    kept: "For good: these are counts, and nobody is in them",
    seenBy: "Operators, from ten on",
  },
  batch: {
    what: "Numbers of batches of such counts",
    why: "So that each is added once",
    basis: NO_PERSON,
    kept: days(30, "it was added", "visits.sweep"),
    seenBy: "Nobody",
  },
  refusal: {
    what: "A keyed hash of an address whose holder wants no mail from us",
    why: "So that we never write there again",
    basis: "consent",
    kept: "For good, as she asked for it",
    seenBy: "Nobody",
  },
  system: {
    what: "How the service itself is set",
    why: "So that it runs",
    basis: NO_PERSON,
    kept: "For good",
    seenBy: "Operators",
  },
} as const satisfies Record<string, DataClass>;

export type ClassName = keyof typeof classes;
export const dataClasses: Readonly<Record<ClassName, DataClass>> = classes;

/** Those that a job takes away. */
export type Passing = {
  [C in ClassName]: (typeof classes)[C]["kept"] extends Period ? C : never;
}[ClassName];
/** Those about which each business decides. */
export type Chosen = {
  [C in Passing]: (typeof classes)[C]["kept"] extends { months: number } ? C : never;
}[Passing];

export const passing = namesOf(({ kept }) => typeof kept !== "string") as Passing[];
export const chosen = namesOf(
  ({ kept }) => typeof kept !== "string" && "months" in kept,
) as Chosen[];

/** Milliseconds for which rows of a class are kept that nobody decides about. */
export function keptFor(name: Exclude<Passing, Chosen>): number {
  return classes[name].kept.days * DAY;
}

function namesOf(is: (one: DataClass) => boolean): ClassName[] {
  return (Object.keys(classes) as ClassName[]).filter((name) => is(classes[name]));
}

// Promises about what is collected, what it is used for, and about cookies and addresses.
import type { GivenPromise } from "./promises.ts";

export const promisesOfCollecting: readonly GivenPromise[] = [
  {
    id: "P1.1",
    sections: [1],
    promise:
      "To register, a business tells a name, a company, a postal address, a phone number and a mail address, and need not tell more.",
    mechanism:
      "The form, what is checked and what can be stored come from one list of fields. Whatever else is sent is dropped.",
    status: "kept",
    proofs: [
      "registering a business asks for name, company, postal address, phone and e-mail, and requires no more",
      "registering a business keeps nothing of what it does not ask for",
    ],
  },
  {
    id: "P1.2",
    sections: [1],
    promise: "Revenue, number of people and industry are a business's own choice to tell.",
    mechanism:
      "They are labelled optional, lie in a table of their own, and one button removes them without a trace.",
    status: "kept",
    proofs: [
      "registering a business takes revenue, headcount and industry, labelled optional, and removes them without a trace",
    ],
  },
  {
    id: "P1.3",
    sections: [1, 2, 4],
    promise:
      "Whoever buys tells a billing name, an address and what is bought. The card goes to the company that processes the payment, which may use it for nothing else.",
    mechanism:
      "The card's number is typed at the payment company and never here. We get a token, the brand, the last four digits and the expiry.",
    status: "not offered yet",
  },
  {
    id: "P1.4",
    sections: [1],
    promise: "Each business decides what its customers are asked.",
    mechanism:
      "Fields are each business's own. Each one says what for and how long it is kept, and a label that asks for something delicate makes the owner think twice.",
    status: "kept",
    proofs: [
      "a business’s own fields make two businesses’ forms two different ones",
      "what a customer told she sees with its purpose, but for what staff keep; of herself only on her own page",
      "the fields of a business a new one of a delicate label asks the owner to think twice",
    ],
  },
  {
    id: "P1.5",
    sections: [1],
    promise: "We do not look into what businesses keep about their customers.",
    mechanism:
      "Our own console has no page that reads it, and its program has no way to the rows of customers and appointments. A workspace is closed to our operators.",
    status: "kept",
    proofs: [
      "what businesses keep about customers is behind doors that no operator's sign-in opens",
      "what businesses keep about customers is read by no code of the operators' console",
    ],
  },
  {
    id: "P1.6",
    sections: [1, 2, 3],
    promise:
      "How the site is used is known only as counts by day: pages, browser families, languages, regions. They serve to run and to improve it.",
    mechanism:
      "A visit adds one to a counter that has no column for a person, a session or a business.",
    status: "kept",
    proofs: [
      "counts of visits have no column for a person, a session, a business or an instant",
      "visits name no business, no link and nothing that was typed",
    ],
  },
  {
    id: "P2.1",
    sections: [2],
    promise:
      "What a business and its staff tell us serves what they asked for. Staff get mails only where the business has turned them on.",
    mechanism:
      "Each mail belongs to one notice, and whether that is on is asked at the moment of sending. Turned off in between, nothing goes.",
    status: "kept",
    proofs: [
      "notices mail nobody while all are off",
      "the notices page what is turned off after the booking is not sent",
    ],
  },
  {
    id: "P2.2",
    sections: [2],
    promise:
      "What customers tell serves their bookings, and they get mails only where the business has turned them on.",
    mechanism: "The same, for the mails to customers.",
    status: "kept",
    proofs: [
      "notices mail nobody while all are off",
      "registering a business turns on the notices that are ticked and no others",
    ],
  },
  {
    id: "P2.3",
    sections: [2],
    promise:
      "Few of our people operate the service, and each has signed that nothing is told on. A business reads who looked at its data, when and why.",
    mechanism:
      "An operator's sign-in works only with a signed agreement that is in force and a second step. A business's data opens only for a limited time and with a reason, and the record of it cannot be changed.",
    status: "not offered yet",
  },
  {
    id: "P2.4",
    sections: [2],
    promise: "News about the product goes only to a business's primary and billing contacts.",
    mechanism:
      "Recipients come from one list that holds these contacts and nobody else, and one click ends it.",
    status: "not offered yet",
  },
  {
    id: "P2.5",
    sections: [2],
    promise:
      "Customers see no marketing: one line says whose software it is, on booking pages and in their mails.",
    mechanism:
      "Two small templates hold that line, and what customers read may include no other of ours.",
    status: "kept",
    proofs: [
      "what the mails say end, to customers, with the one line that is ours",
      "every view only two partials speak of Plainbook to customers",
    ],
  },
  {
    id: "P2.6",
    sections: [2, 3],
    promise: "Statistics say nothing about a person.",
    mechanism:
      "One function publishes them. Figures below ten are never shown, and no two figures, subtracted, give a smaller one away.",
    status: "kept",
    proofs: [
      "published statistics against somebody who knows the rule leave every hidden cell free to be anything from 0 to 9",
      "operator: statistics show nothing below ten",
    ],
  },
  {
    id: "P3.1",
    sections: [3],
    promise: "A cookie alone identifies nobody, and visitors stay anonymous.",
    mechanism:
      "Visitors have no cookie and no session, on any page. There is one cookie in all, and it begins with a sign-in.",
    status: "kept",
    proofs: [
      "a session is not begun for visitors: 50 pages, no cookie, nothing in Redis",
      "booking sets no cookie on the way",
    ],
  },
  {
    id: "P3.2",
    sections: [3],
    promise:
      "The cookie of who is signed in holds an encrypted identifier that is new at each sign-in.",
    mechanism:
      "The identifier is sealed so that any changed character makes it worthless. We store only its hash, and signing out ends it for good.",
    status: "kept",
    proofs: [
      "a session has an id that is in the cookie in no form, and in Redis only as a hash",
      "a session has a new id at each sign-in, and the old one ends",
      "a session is nobody's when any character of the cookie is another one",
    ],
  },
  {
    id: "P3.3",
    sections: [3],
    promise: "Whoever signs in needs that cookie, and is told so.",
    mechanism:
      "No address carries a session. A browser that keeps no cookie gets a page that says so.",
    status: "kept",
    proofs: ["signing in explains itself to a browser that does not bring the cookie back"],
  },
  {
    id: "P3.4",
    sections: [3],
    promise:
      "The address of a visitor's computer only becomes a count of its region, of visitors, customers and businesses.",
    mechanism:
      "One small part reads the address first of all, keeps the region, and then puts it out of reach of all other code. It is in no log, no database and no file.",
    status: "kept",
    proofs: [
      "addresses of visitors, searched for everywhere are nowhere after pages, refusals, errors, a crash and a shutdown, and all are counted",
      "a visitor's address cannot be read from the request, in any way",
    ],
  },
];

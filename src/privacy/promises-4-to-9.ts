// Promises about sharing, security, public places, calls, changes and questions, and beyond.
import type { GivenPromise } from "./promises.ts";

export const promisesOfKeeping: readonly GivenPromise[] = [
  {
    id: "P4.1",
    sections: [4],
    promise: "Data goes only to service providers that we name.",
    mechanism:
      "One part of the program opens connections to the outside, and only to those on the list that anybody can read.",
    status: "not offered yet",
  },
  {
    id: "P4.2",
    sections: [4],
    promise:
      "Another program gets data of a business only where the business has connected it itself.",
    mechanism:
      "Every connection is off at first. The owner sees which fields it sends and agrees to these; taken back, even what was waiting is not sent.",
    status: "kept",
    proofs: [
      "calls of webhooks are none where the business has turned on nothing, and cost a booking nothing",
      "calls of webhooks carry what was agreed to, and nothing more",
      "calls of webhooks that wait are not made when the owner takes it back",
    ],
  },
  {
    id: "P4.3",
    sections: [4],
    promise: "Nothing is shared, sold, rented or traded for anybody's promotion.",
    mechanism:
      "No page loads anything of another site, and none has a script. Browsers are told to refuse both, and we have no way to take a list of customers out.",
    status: "kept",
    proofs: [
      "every answer … allows no script and nothing of other sites",
      "every page is looked at: what is wrong with this one is found at both widths",
    ],
  },
  {
    id: "P4.4",
    sections: [2, 4],
    promise: "Data is disclosed only where the law demands it.",
    mechanism:
      "A record of who demands what on which legal ground, approved by two of us, is the only way to such a copy. The business reads it unless the law seals it.",
    status: "not offered yet",
  },
  {
    id: "P5.1",
    sections: [5],
    promise: "Connections are encrypted, and the other side proves who it is.",
    mechanism:
      "In production the program does not start without encryption, towards browsers, mail servers, database and Redis. A certificate that proves nothing ends the connection.",
    status: "kept",
    proofs: [
      "what goes out says nothing to a server that cannot prove who it is",
      "sslmode=verify-full tells a database that has no TLS nothing, and ends the process",
    ],
  },
  {
    id: "P5.2",
    sections: [5],
    promise: "Data is accurate, and only its owner's.",
    mechanism:
      "Each row carries its business, and the database refuses one that refers to another's. A change that overtook yours is shown to you before anything is overwritten.",
    status: "kept",
    proofs: [
      "every route … does not exist for a stranger",
      "a business's services of another business do not exist",
      "a business's settings changed by two at once show the second both versions",
    ],
  },
  {
    id: "P5.3",
    sections: [5],
    promise:
      "Each business sets its security to its level: passwords that must be changed, networks from which one may sign in.",
    mechanism:
      "Settings of a business can only be stricter than our own floor, count from the next page on, and cannot lock out who saves them.",
    status: "not offered yet",
  },
  {
    id: "P5.4",
    sections: [5],
    promise: "A password is its owner's alone.",
    mechanism:
      "It is kept as a slow hash that nobody can turn back. Nobody can read or choose another's; a forgotten one is replaced by a link that works once.",
    status: "kept",
    proofs: [
      "a password is kept as an Argon2id hash of 19 MiB and two passes, each with its own salt",
      "a forgotten password has a link that works once and of which only a hash is stored",
      "what is typed into the forms of an account leaves no password, and no address of somebody unknown",
    ],
  },
  {
    id: "P6.1",
    sections: [6],
    promise:
      "What is posted in a public place is public, and whoever writes there is told so before.",
    mechanism:
      "The warning is part of every public form, what is typed is shown as plain text, and addresses in it are masked.",
    status: "not offered yet",
  },
  {
    id: "P6.2",
    sections: [6],
    promise:
      "Telling a friend asks for the friend's name and mail address, sends one mail, and stores neither.",
    mechanism:
      "Both are sealed to a key that exists only in the memory of the one process that sends. With every file and every secret of ours in hand, nobody can open it.",
    status: "kept",
    proofs: [
      "a referral in every scenario …: no name and no address is anywhere",
      "referrals while workers are killed no friend gets two mails",
      "never again stores a keyed hash of the address and nothing else, once",
    ],
  },
  {
    id: "P6.3",
    sections: [6],
    promise:
      "A name in a list of customers or under a testimonial appears only with that person's consent.",
    mechanism:
      "Nothing can be published without a consent to exactly these words, given by the person named. Taken back, it is gone at once.",
    status: "not offered yet",
  },
  {
    id: "P7.1",
    sections: [7],
    promise:
      "Calls may be monitored or recorded to keep up quality and to train people, and for nothing else.",
    mechanism:
      "A record of a call states one of these two purposes and that the notice was given, and is erased when its time is over.",
    status: "not offered yet",
  },
  {
    id: "P8.1",
    sections: [8],
    promise:
      "A change that matters is announced 30 business days before it counts, on the site and in accounts.",
    mechanism:
      "The database refuses an earlier day and any change of what was announced. Until then the statement before stays in force, and both can be compared.",
    status: "not offered yet",
  },
  {
    id: "P9.1",
    sections: [9],
    promise: "Questions about privacy reach us by post.",
    mechanism:
      "Our postal address is at the foot of every page of ours and of every mail in our name. Without it the program does not start in production.",
    status: "kept",
    proofs: [
      "the company's pages say at the foot of … where questions about privacy go by post",
      "what the mails say of accounts invite with a link that works once, and say where the company is",
    ],
  },
  {
    id: "P10.1",
    sections: ["beyond"],
    promise:
      "A customer sees, corrects, takes away and erases her data herself, free of charge, with a receipt.",
    mechanism:
      "A link in a mail opens her own page, without an account. Erasing leaves times and prices, so that the business's totals stay right, and nothing that says whose they were.",
    status: "kept",
    proofs: [
      "a customer's own page gives her all that is stored of her, for programs and for people",
      "a customer's own page erasure leaves nothing of her in any place, and the counts and the revenue as they were",
    ],
  },
  {
    id: "P10.2",
    sections: ["beyond"],
    promise: "What is no longer needed goes by itself.",
    mechanism:
      "Each column of the database has a purpose and a time after which it goes; a nightly job sees to it.",
    status: "kept",
    proofs: [
      "the data map finds a column without a word, a word without a column, and a table without either",
      "what is kept, and for how long has a job on the schedule for each class that passes",
      "what is kept, and for how long takes away who has not been seen, and leaves the figures as they are",
    ],
  },
];

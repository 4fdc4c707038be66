// The last mails, in memory only.
import PostalMime, { type Address, type Attachment } from "postal-mime";

export type Part = { name: string; type: string; content: Buffer };

export type Mail = {
  id: number;
  /** epoch milliseconds */
  receivedAt: number;
  from: string;
  /** Whom the envelope names, which is who would have got it. */
  recipients: string[];
  subject: string;
  text: string;
  html: string | undefined;
  attachments: Part[];
  source: Buffer;
};

export type Envelope = { from: string; to: string[] };

export type Mailbox = {
  add(source: Buffer, envelope: Envelope, now: number): Promise<Mail>;
  /** Newest first. */
  all(): Mail[];
  find(id: number): Mail | undefined;
};

/** Keeps at most so many mails, and the newest ones that fit into so many bytes. */
export function createMailbox(most = 100, mostBytes = 50_000_000): Mailbox {
  const mails: Mail[] = [];
  let lastId = 0;
  return {
    async add(source, envelope, now) {
      const mail = { id: ++lastId, ...(await read(source, envelope)), receivedAt: now };
      mails.unshift(mail);
      mails.splice(most);
      while (mails.length > 1 && bytesOf(mails) > mostBytes) mails.pop();
      return mail;
    },
    all: () => [...mails],
    find: (id) => mails.find((mail) => mail.id === id),
  };
}

async function read(source: Buffer, envelope: Envelope) {
  const email = await PostalMime.parse(source);
  return {
    from: email.from ? addressText(email.from) : envelope.from,
    recipients: envelope.to,
    subject: email.subject ?? "",
    text: email.text ?? "",
    html: email.html,
    attachments: email.attachments.map(part),
    source,
  };
}

function addressText({ name, address }: Address): string {
  return name && address ? `${name} <${address}>` : (address ?? name);
}

function part({ filename, mimeType, content }: Attachment, index: number): Part {
  const extension = mimeType === "text/calendar" ? ".ics" : "";
  return {
    name: filename ?? `part-${index + 1}${extension}`,
    type: mimeType,
    content:
      typeof content === "string" ? Buffer.from(content) : Buffer.from(new Uint8Array(content)),
  };
}

function bytesOf(mails: Mail[]): number {
  return mails.reduce((sum, { source }) => sum + source.length, 0);
}

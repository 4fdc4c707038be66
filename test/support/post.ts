// The post office of the run: what the product sends, and the links in it.
import { config } from "../../config/index.ts";
import { closeMail } from "../../src/mail.ts";
import PostalMime from "postal-mime";
import { type SmtpSink, startSmtpSink } from "./smtp-sink.ts";
import { runJobs } from "./world.ts";

export type PostOffice = {
  sink: SmtpSink;
  /** Sends what is owed; gives the path of the one link in the last mail to this address. */
  linkTo(address: string): Promise<string>;
  /** The text of the last mail to this address. */
  textTo(address: string): Promise<string>;
  close(): Promise<void>;
};

/** The sink of a `describe`: opened before its tests, empty before each, closed after the last. */
export function withSink(use: (sink: SmtpSink) => void): void {
  let sink: SmtpSink;
  before(async () => {
    sink = await openSink();
    use(sink);
  });
  beforeEach(() => sink.reset());
  after(() => close(sink));
}

/** The mails to this address, oldest first, as she reads them. */
export function mailsTo(sink: SmtpSink, address: string) {
  const mails = sink.mails.filter(({ to }) => to[0] === address);
  return Promise.all(mails.map(({ source }) => read(source)));
}

async function read(source: string) {
  const { attachments, text = "", html = "", ...mail } = await PostalMime.parse(source);
  const part = attachments.find(({ mimeType }) => mimeType === "text/calendar");
  const calendar = part && new TextDecoder().decode(part.content as Uint8Array);
  return { ...mail, text, html, calendar, source };
}

function openSink(): Promise<SmtpSink> {
  return startSmtpSink({ port: Number(new URL(config.smtpUrl).port) });
}

async function close(sink: SmtpSink): Promise<void> {
  await closeMail();
  await sink.stop();
}

export async function openPostOffice(): Promise<PostOffice> {
  const sink = await openSink();
  const textTo = async (address: string) => {
    await runJobs();
    const mail = sink.mails.findLast(({ to }) => to.includes(address));
    if (!mail) throw new Error(`no mail to ${address}`);
    return (await PostalMime.parse(mail.source)).text ?? "";
  };
  return {
    sink,
    textTo,
    async linkTo(address) {
      const [, path] = new RegExp(`${config.baseUrl}(\\S+)`).exec(await textTo(address)) ?? [];
      if (!path) throw new Error(`no link in the mail to ${address}`);
      return path;
    },
    close: () => close(sink),
  };
}

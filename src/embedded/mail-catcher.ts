// Takes every mail and sends none: an SMTP server on the loopback and a page that shows what came.
import { once } from "node:events";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { createMailbox, type Mailbox } from "./mailbox.ts";
import { createMailPages } from "./mail-pages.ts";
import { portOf, whyNotListen } from "./ports.ts";

export type MailCatcher = {
  smtpUrl: string;
  pageUrl: string;
  mailbox: Mailbox;
  stop(): Promise<void>;
};

const LOOPBACK = "127.0.0.1";
const LARGEST = 10_000_000; // bytes a mail

/** @param pagePort where the page should be; elsewhere if that is taken or no port at all */
export async function startMailCatcher({ pagePort }: { pagePort: number }): Promise<MailCatcher> {
  const mailbox = createMailbox();
  const smtp = smtpServer(mailbox);
  const pages = createMailPages(mailbox);
  smtp.on("error", () => undefined); // a client that hung up
  smtp.listen(0, LOOPBACK);
  await once(smtp.server, "listening");
  pages.listen(await usable(pagePort), LOOPBACK);
  await once(pages, "listening");
  return {
    smtpUrl: `smtp://${LOOPBACK}:${portOf(smtp.server)}`,
    pageUrl: `http://${LOOPBACK}:${portOf(pages)}/`,
    mailbox,
    async stop() {
      pages.closeAllConnections();
      await Promise.all([
        new Promise((resolve) => pages.close(resolve)),
        new Promise<void>((resolve) => smtp.close(resolve)),
      ]);
    },
  };
}

async function usable(port: number): Promise<number> {
  return port <= 65_535 && (await whyNotListen(LOOPBACK, port)) === null ? port : 0;
}

function smtpServer(mailbox: Mailbox): SMTPServer {
  return new SMTPServer({
    banner: "Plainbook mail catcher",
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    size: LARGEST,
    rejectOversized: true,
    closeTimeout: 1000,
    logger: false,
    onData(stream, session, done) {
      keep(mailbox, stream, session).then(
        () => done(),
        () => done(new Error("The mail could not be read")),
      );
    },
  });
}

async function keep(mailbox: Mailbox, stream: SMTPServerDataStream, session: SMTPServerSession) {
  const chunks: Uint8Array[] = [];
  // An oversized mail is read to its end, for the answer, but not kept.
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) return;
  const { mailFrom, rcptTo } = session.envelope;
  const envelope = {
    from: mailFrom ? mailFrom.address : "",
    to: rcptTo.map(({ address }) => address),
  };
  await mailbox.add(Buffer.concat(chunks), envelope, Date.now());
}

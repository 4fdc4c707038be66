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

export async function openPostOffice(): Promise<PostOffice> {
  const sink = await startSmtpSink({ port: Number(new URL(config.smtpUrl).port) });
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
    async close() {
      await closeMail();
      await sink.stop();
    },
  };
}

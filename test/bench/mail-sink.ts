// Takes every mail and forgets it, in a process of its own.
import { SMTPServer } from "smtp-server";

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  logger: false,
  onData(stream, _session, done) {
    stream.resume();
    stream.once("end", () => done());
  },
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => process.send?.("listening"));
process.once("SIGTERM", () => server.close());

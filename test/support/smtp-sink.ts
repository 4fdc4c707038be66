// An SMTP server that keeps what it gets and misbehaves on demand: smtp-server is too polite for
// dropped connections, silence and answers of several lines.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { portOf } from "../../src/embedded/ports.ts";

/** When: as a recipient is named, in the middle of the mail, or when all of it has arrived. */
export type Stage = "recipient" | "data" | "end";
export type Behaviour =
  | "accept"
  /** Several texts make an answer of several lines. */
  | { at: Stage; code: number; text: string | string[] }
  /** Never answers: the client's time-out. */
  | { at: Stage; silence: true }
  | { at: Stage; hangUp: true };

export const LATER: Behaviour = { at: "recipient", code: 450, text: "4.2.0 Try again later" };
export const NEVER: Behaviour = { at: "recipient", code: 550, text: "5.1.1 No such mailbox" };

/** A mail whose last byte arrived, whether it was then accepted or not. */
export type Received = { from: string; to: string[]; source: string; accepted: boolean };

/** @param attempt counts from 1 for each recipient */
export type Rule = (recipient: string, attempt: number) => Behaviour;

export type SmtpSink = {
  url: string;
  port: number;
  /** The accepted mails, oldest first. */
  readonly mails: Received[];
  /** All that arrived whole. */
  readonly received: Received[];
  /** Every recipient ever named, in order, refused ones included. */
  readonly tried: string[];
  /** Resolves with the accepted mails once there are so many. */
  arrived(count: number): Promise<Received[]>;
  behave(rule: Rule | Behaviour): void;
  /** Forgets all mails and behaves well again. */
  reset(): void;
  /** Nobody listens any more, and who was connected is cut off. */
  stop(): Promise<void>;
  /** Listens again where it did. */
  startAgain(): Promise<void>;
};

type Sink = {
  rule: Rule;
  received: Received[];
  tried: string[];
  attempts: Map<string, number>;
  changed: () => void;
};

export async function startSmtpSink(options: { port?: number; behave?: Rule | Behaviour } = {}) {
  const waiting = new Set<() => void>();
  const changed = () => waiting.forEach((look) => look());
  const attempts = new Map<string, number>();
  const sink: Sink = { rule: ruleOf(options.behave), received: [], tried: [], attempts, changed };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)));
    serve(socket, sink);
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(options.port ?? 0);
  const port = portOf(server);
  const accepted = () => sink.received.filter((mail) => mail.accepted);
  const result: SmtpSink = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    get mails() {
      return accepted();
    },
    received: sink.received,
    tried: sink.tried,
    arrived: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (accepted().length < count) return;
          waiting.delete(look);
          resolve(accepted());
        };
        waiting.add(look);
        look();
      }),
    behave: (rule) => void (sink.rule = ruleOf(rule)),
    reset() {
      sink.rule = ruleOf();
      sink.received.length = 0;
      sink.tried.length = 0;
      sink.attempts.clear();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
    startAgain: () => listen(port),
  };
  return result;
}

function ruleOf(rule: Rule | Behaviour = "accept"): Rule {
  return typeof rule === "function" ? rule : () => rule;
}

type Session = {
  from: string;
  to: string[];
  behaviour: Behaviour;
  /** What has arrived of a mail; null between mails. One character a byte. */
  data: string | null;
};

function serve(socket: Socket, sink: Sink): void {
  const session: Session = { from: "", to: [], behaviour: "accept", data: null };
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("error", () => undefined);
  socket.on("data", (text: string) => {
    rest += text;
    while (rest !== "") {
      if (session.data !== null) rest = takeData(socket, sink, session, rest);
      else {
        const end = rest.indexOf("\r\n");
        if (end < 0) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        command(socket, sink, session, line);
      }
    }
  });
  say(socket, 220, "sink ready");
}

function command(socket: Socket, sink: Sink, session: Session, line: string): void {
  const [verb = ""] = line.toUpperCase().split(/[ :]/);
  if (verb === "EHLO") return say(socket, 250, ["sink", "PIPELINING", "8BITMIME", "SMTPUTF8"]);
  if (verb === "MAIL") return begin(socket, session, addressIn(line));
  if (verb === "RCPT") return recipient(socket, sink, session, addressIn(line));
  if (verb === "DATA") return expectData(socket, session);
  if (verb === "RSET") Object.assign(session, { from: "", to: [], behaviour: "accept" });
  if (verb === "QUIT") return void socket.end("221 Bye\r\n");
  const known = ["HELO", "RSET", "NOOP"].includes(verb);
  say(socket, known ? 250 : 502, known ? "OK" : "Not here");
}

function begin(socket: Socket, session: Session, from: string): void {
  Object.assign(session, { from, to: [], behaviour: "accept" });
  say(socket, 250, "OK");
}

function recipient(socket: Socket, sink: Sink, session: Session, address: string): void {
  sink.tried.push(address);
  const attempt = (sink.attempts.get(address) ?? 0) + 1;
  sink.attempts.set(address, attempt);
  const behaviour = sink.rule(address, attempt);
  if (behaviour !== "accept" && behaviour.at === "recipient") return misbehave(socket, behaviour);
  if (behaviour !== "accept") session.behaviour = behaviour;
  session.to.push(address);
  say(socket, 250, "OK");
}

function expectData(socket: Socket, session: Session): void {
  if (session.to.length === 0) return say(socket, 503, "5.5.1 No recipients");
  session.data = "";
  say(socket, 354, "Go ahead");
}

const END = "\r\n.\r\n";

/** Takes what belongs to the mail and gives back what follows it. */
function takeData(socket: Socket, sink: Sink, session: Session, text: string): string {
  const { behaviour } = session;
  const data = (session.data ?? "") + text;
  session.data = data;
  if (behaviour !== "accept" && behaviour.at === "data") {
    session.data = null;
    misbehave(socket, behaviour);
    return "";
  }
  const end = data.startsWith(".\r\n") ? -2 : data.indexOf(END);
  if (end === -1) return "";
  session.data = null;
  finish(socket, sink, session, data.slice(0, Math.max(end, 0)));
  return data.slice(end + END.length);
}

function finish(socket: Socket, sink: Sink, session: Session, data: string): void {
  const { from, to, behaviour } = session;
  const accepted = behaviour === "accept";
  const source = Buffer.from(data.replaceAll("\r\n..", "\r\n."), "latin1").toString("utf8");
  sink.received.push({ from, to, source, accepted });
  if (accepted) say(socket, 250, "OK");
  else misbehave(socket, behaviour);
  sink.changed();
}

function misbehave(socket: Socket, behaviour: Exclude<Behaviour, "accept">): void {
  if ("hangUp" in behaviour) socket.destroy();
  else if ("code" in behaviour) say(socket, behaviour.code, behaviour.text);
}

function say(socket: Socket, code: number, text: string | string[]): void {
  const lines = [text].flat();
  const last = lines.length - 1;
  if (socket.writable)
    socket.write(lines.map((line, i) => `${code}${i < last ? "-" : " "}${line}\r\n`).join(""));
}

function addressIn(line: string): string {
  const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
  return Buffer.from(address, "latin1").toString("utf8");
}

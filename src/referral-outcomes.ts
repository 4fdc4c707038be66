// What became of a referral: a state and a reason in Redis for a day, under the hash of a random
// token that only the referrer's browser has. It is also the arbiter: a mail is sent only by the
// worker that turned "waiting" into "sending", and a referral is taken back only while it waits.
import { redis } from "./redis.ts";
import { hashToken } from "./secrets.ts";

/**
 * Why nothing was sent. "refused" is one word for two facts on purpose: the friend's mail server
 * takes no mail for that address, or the friend asked us never to write; which of them is hers.
 */
export type Reason = "nobody" | "paused" | "refused" | "deferred" | "unreachable";
export type Final = { state: "sent" | "unknown" } | { state: "not-sent"; reason: Reason };
export type Outcome = { state: "waiting" } | Final;

export const FORGOTTEN_AFTER = 24 * 60 * 60; // seconds
const WAITS_AT_MOST = 10 * 60; // seconds; nobody sends later, so the referrer can try again
const SENDS_AT_MOST = 5 * 60; // seconds; longer than src/mail.ts ever tries
const A_MINUTE_AT_MOST = 60; // referrals of all visitors together

const REASONS: readonly Reason[] = ["nobody", "paused", "refused", "deferred", "unreachable"];

// Time is Redis's own, one clock for all processes. A record remembers the run of Redis it was
// written in: after a crash Redis may have lost its last second, and a record that says "waiting"
// may hide a mail that was sent, so we say that we do not know.
const PRELUDE = `
  local now = tonumber(redis.call('TIME')[1])
  local info = redis.pcall('INFO', 'server')
  local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
  local record = redis.call('HMGET', KEYS[1], 'state', 'reason', 'run', 'until')
  local state = record[1]
  local late = record[4] and now > tonumber(record[4])
  local function givenUp()
    if state == 'waiting' and record[3] == run then return {'not-sent', 'nobody'} end
    return {'unknown', ''}
  end
  local function put(state, reason, seconds)
    redis.call('HSET', KEYS[1], 'state', state, 'reason', reason, 'run', run, 'until', now + seconds)
    redis.call('EXPIRE', KEYS[1], ${FORGOTTEN_AFTER})
  end`;

const BEGIN = `${PRELUDE}
  if state then return 'repeated' end
  local minute = 'referrals:minute:' .. math.floor(now / 60)
  if redis.call('INCR', minute) > ${A_MINUTE_AT_MOST} then return 'busy' end
  redis.call('EXPIRE', minute, 120)
  put('waiting', '', ${WAITS_AT_MOST})
  return 'begun'`;

const READ = `${PRELUDE}
  if not state then return {} end
  if late and (state == 'waiting' or state == 'sending') then return givenUp() end
  return {state, record[2]}`;

const CLAIM = `${PRELUDE}
  if state ~= 'waiting' or late then return 0 end
  put('sending', '', ${SENDS_AT_MOST})
  return 1`;

const GIVE_UP = `${PRELUDE}
  if state ~= 'waiting' and state ~= 'sending' then return 0 end
  local outcome = givenUp()
  put(outcome[1], outcome[2], 0)
  return 1`;

const SETTLE = `${PRELUDE}
  put(ARGV[1], ARGV[2], 0)
  return 1`;

/** What Redis and the queue know a referral by. */
export function outcomeId(token: string): string {
  return hashToken(token);
}

/** What became of it, or undefined when nothing is known (any more). Changes nothing. */
export async function readOutcome(token: string): Promise<Outcome | undefined> {
  const reply = await run(READ, outcomeId(token));
  const [state, reason]: unknown[] = Array.isArray(reply) ? reply : [];
  if (state === undefined) return undefined;
  if (state === "sent" || state === "unknown") return { state };
  if (state !== "not-sent") return { state: "waiting" };
  return { state, reason: REASONS.find((known) => known === reason) ?? "nobody" };
}

/** Begins waiting, once for each id, and within what all visitors together may ask for. */
export async function begin(id: string): Promise<"begun" | "repeated" | "busy"> {
  const answer = await run(BEGIN, id);
  return answer === "begun" || answer === "busy" ? answer : "repeated";
}

/** Whether the caller, and nobody else ever, may send. */
export async function claim(id: string): Promise<boolean> {
  return (await run(CLAIM, id)) === 1;
}

/** For who is sure that no worker will finish it: not sent while it waited, unknown after that. */
export async function giveUp(id: string): Promise<void> {
  await run(GIVE_UP, id);
}

/** What the one worker that held it knows is the truth, whatever was thought meanwhile. */
export async function settle(id: string, outcome: Final): Promise<void> {
  const reason = outcome.state === "not-sent" ? outcome.reason : "";
  await run(SETTLE, id, [outcome.state, reason]);
}

function run(script: string, id: string, values: string[] = []): Promise<unknown> {
  return redis.eval(script, { keys: [`referral:${id}`], arguments: values });
}

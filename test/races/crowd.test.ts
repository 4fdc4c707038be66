import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Page } from "../support/browser.ts";
import { buildService, upcoming } from "../support/world.ts";
import {
  assertNeverTwoAtOnce,
  countOf,
  openSalon,
  racing,
  type Salon,
  statuses,
  times,
} from "./salon.ts";

const LASTS = 4000; // ms
const PEOPLE = 16;

type Act = { kind: "book" | "hold" | "move" | "cancel"; long: boolean; minutes: number };

// Two services of different lengths and buffers on one short day, so that most tries collide.
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom("book", "book", "book", "hold", "move", "cancel"),
  long: fc.boolean(),
  minutes: fc.integer({ min: 36, max: 67 }).map((quarter) => quarter * 15),
});

describe("a crowd that books, moves and cancels at random, over several processes", () => {
  const { hold, confirm, move, cancel } = racing();

  it("[D1] [D8] never has two at once, buffers included", async () => {
    const cut = await openSalon(2, { minutes: 30, step: 15, bufferBefore: 5, bufferAfter: 10 });
    const long = { minutes: 50, step: 15, bufferBefore: 20, bufferAfter: 0, slug: "long" };
    const colour = {
      ...cut,
      service: await buildService(cut.business, long, cut.providers),
    };
    const seed = Date.now() | 0;
    const until = Date.now() + LASTS;
    const answers: Page[] = [];
    const mine: string[][] = times(PEOPLE, () => []);

    async function one(who: number, { kind, long: isLong, minutes }: Act): Promise<void> {
      const salon: Salon = isLong ? colour : cut;
      const start = upcoming(1, minutes).iso;
      const appointment = mine[who]?.at(-1);
      if (kind === "move" && appointment) answers.push(await move(appointment, start));
      else if (kind === "cancel" && appointment) {
        answers.push(await cancel(appointment));
        mine[who]?.pop();
      } else {
        const held = await hold(salon, start);
        answers.push(held);
        if (held.status !== 303 || kind === "hold") return;
        const booked = await confirm(held.location, `Person ${who}`);
        answers.push(booked);
        if (booked.status === 303) mine[who]?.push(booked.location);
      }
    }

    await Promise.all(
      times(PEOPLE, async (who) => {
        const acts = fc.sample(act, { seed: seed + who, numRuns: 400 });
        for (const each of acts) {
          if (Date.now() > until) break;
          await one(who, each);
        }
      }),
    );
    const counted = statuses(answers);
    assert.deepEqual(Object.keys(counted), ["303", "409"], `seed ${seed}`);
    assert.ok((await countOf("appointments")) > 10);
    await assertNeverTwoAtOnce();
  });
});

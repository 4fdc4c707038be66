import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import {
  afterCommit,
  isPostgres,
  rows,
  run,
  sequelize,
  transaction,
} from "../../src/models/database.ts";
import { Person } from "../../src/models/index.ts";
import { buildPerson, world } from "../support/world.ts";

describe("transaction", () => {
  beforeEach(() => world());

  async function exists(email: string): Promise<boolean> {
    return (await rows("SELECT id FROM people WHERE email = $email", { email })).length > 0;
  }

  async function count(): Promise<number> {
    const [row] = await rows<{ n: number }>("SELECT count(*) AS n FROM people");
    return row?.n ?? 0;
  }

  it("gives what its work gives, and keeps what it wrote", async () => {
    const { id } = await transaction(() => buildPerson({ email: "a@example.com" }));
    assert.ok(id > 0);
    assert.ok(await exists("a@example.com"));
  });

  it("carries models, projections and statements alike", async () => {
    await transaction(async () => {
      await buildPerson({ email: "a@example.com" });
      assert.ok(await exists("a@example.com"), "what it wrote is seen inside");
      assert.ok(await Person.findOne({ where: { email: "a@example.com" } }));
      await run("UPDATE people SET email = 'b@example.com' WHERE email = 'a@example.com'");
    });
    assert.ok(await exists("b@example.com"));
  });

  it("shows nothing to others before it is committed", async () => {
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    let written = (): void => undefined;
    const hasWritten = new Promise<void>((resolve) => (written = resolve));
    const writing = transaction(async () => {
      await buildPerson({ email: "a@example.com" });
      written();
      await gate;
    });
    await hasWritten;
    assert.equal(await exists("a@example.com"), false);
    goOn();
    await writing;
    assert.equal(await exists("a@example.com"), true);
  });

  it("is undone whole when its work fails, with the error of its work", async () => {
    const before = await count();
    const failing = transaction(async () => {
      await buildPerson({ email: "a@example.com" });
      throw new Error("no");
    });
    await assert.rejects(failing, /^Error: no$/);
    assert.equal(await count(), before);
  });

  it("joins the one around it: undone with it, though it had ended well", async () => {
    const failing = transaction(async () => {
      await transaction(() => buildPerson({ email: "inner@example.com" }));
      throw new Error("no");
    });
    await assert.rejects(failing);
    assert.equal(await exists("inner@example.com"), false);
  });

  it("is not joined by what only runs at the same time", async () => {
    const outcomes = await Promise.allSettled([
      transaction(async () => {
        await buildPerson({ email: "fails@example.com" });
        await wait(20);
        throw new Error("no");
      }),
      transaction(() => buildPerson({ email: "stands@example.com" })),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "fulfilled"],
    );
    assert.equal(await exists("fails@example.com"), false);
    assert.equal(await exists("stands@example.com"), true);
  });

  it("fails alone among many that are committed together", async () => {
    const before = await count();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) =>
        transaction(async () => {
          await buildPerson({ email: `person${i}@example.com` });
          if (i % 3 === 0) throw new Error("no");
          // A statement the database refuses, in the middle of others' work.
          if (i % 3 === 1) await buildPerson({ email: `person${i}@example.com` });
        }),
      ),
    );
    const stood = outcomes.filter(({ status }) => status === "fulfilled").length;
    assert.equal(stood, 33);
    assert.equal((await count()) - before, 33);
    for (let i = 0; i < 100; i++)
      assert.equal(await exists(`person${i}@example.com`), i % 3 === 2, `person ${i}`);
  });

  it("fails when its SQL is nonsense, each time, and takes the next work", async () => {
    for (let i = 0; i < 3; i++) {
      await assert.rejects(
        transaction(() => rows("SELECT nonsense")),
        /nonsense/,
      );
      await assert.rejects(
        transaction(() => run("UPDATE nonsense SET a = 1")),
        /nonsense/,
      );
      await assert.rejects(rows("SELECT more_nonsense"), /nonsense/);
    }
    await transaction(() => buildPerson({ email: "a@example.com" }));
    assert.ok(await exists("a@example.com"));
  });

  it("lets no query slip out of it: one that outlives its work fails", async () => {
    let late: Promise<unknown> = Promise.resolve();
    await transaction(async () => {
      await run("UPDATE people SET name = name");
      late = wait(30).then(() => run("UPDATE people SET name = 'late'"));
      late.catch(() => undefined);
    });
    await assert.rejects(late, /commit|outlived/);
    assert.deepEqual(await rows("SELECT id FROM people WHERE name = 'late'"), []);
  });

  it("lets no query of one that failed slip out either", async () => {
    let late: Promise<unknown> = Promise.resolve();
    const failing = transaction(async () => {
      late = wait(30).then(() => run("UPDATE people SET name = 'late'"));
      late.catch(() => undefined);
      throw new Error("no");
    });
    await assert.rejects(failing, /no/);
    await assert.rejects(late);
    assert.deepEqual(await rows("SELECT id FROM people WHERE name = 'late'"), []);
  });

  describe("afterCommit", () => {
    it("runs at once where there is no transaction", () => {
      let ran = false;
      afterCommit(() => (ran = true));
      assert.ok(ran);
    });

    it("runs after the outermost commit, in order, outside of the transaction", async () => {
      const said: string[] = [];
      const seen: boolean[] = [];
      await transaction(async () => {
        afterCommit(() => said.push("outer"));
        await transaction(async () => {
          await buildPerson({ email: "a@example.com" });
          afterCommit(async () => {
            said.push("inner");
            seen.push(await exists("a@example.com"));
          });
        });
        await wait(20);
        assert.deepEqual(said, [], "the inner one's end is no commit");
      });
      await wait(50);
      assert.deepEqual(said, ["outer", "inner"]);
      assert.deepEqual(seen, [true]);
    });

    it("may begin a transaction of its own", async () => {
      const done = new Promise<void>((resolve, reject) => {
        void transaction(async () =>
          afterCommit(() =>
            transaction(() => buildPerson({ email: "later@example.com" })).then(
              () => resolve(),
              reject,
            ),
          ),
        );
      });
      await done;
      assert.ok(await exists("later@example.com"));
    });

    it("never runs when the transaction is undone", async () => {
      let ran = false;
      const failing = transaction(async () => {
        await transaction(async () => afterCommit(() => (ran = true)));
        throw new Error("no");
      });
      await assert.rejects(failing);
      await wait(20);
      assert.equal(ran, false);
    });

    it("may fail without undoing anything, and without keeping the next from running", async () => {
      let ran = false;
      await transaction(async () => {
        await buildPerson({ email: "a@example.com" });
        afterCommit(() => {
          throw new Error("at once");
        });
        afterCommit(() => Promise.reject(new Error("later")));
        afterCommit(() => (ran = true));
      });
      assert.ok(ran);
      assert.ok(await exists("a@example.com"));
    });
  });

  if (isPostgres) {
    it("runs again when it was chosen to end a deadlock", async () => {
      const [a, b] = [await buildPerson(), await buildPerson()];
      const tries = { forth: 0, back: 0 };
      const announced: string[] = [];
      const rename = (id: number, name: string) =>
        run("UPDATE people SET name = $name WHERE id = $id", { id, name });
      // Each takes what the other wants next.
      const cross = (name: "forth" | "back", first: number, second: number) =>
        transaction(async () => {
          tries[name]++;
          afterCommit(() => announced.push(name));
          await rename(first, name);
          if (tries[name] === 1) await wait(150);
          await rename(second, name);
        });
      await Promise.all([cross("forth", a.id, b.id), cross("back", b.id, a.id)]);
      assert.equal(tries.forth + tries.back, 3, "one of them ran twice");
      assert.deepEqual(announced.toSorted(), ["back", "forth"], "each told once");
      const names = await rows<{ name: string }>(
        "SELECT DISTINCT name FROM people WHERE id IN ($a, $b)",
        { a: a.id, b: b.id },
      );
      assert.equal(names.length, 1, "one after the other");
    });

    it("runs again when it could not be serialized, at most three times more", async () => {
      let tries = 0;
      const failing = transaction(async () => {
        tries++;
        await sequelize.query(
          "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'serialization_failure'; END $$",
        );
      });
      await assert.rejects(failing);
      assert.equal(tries, 4);
    });

    it("fails quietly when its connection is lost, and the next one has another", async () => {
      const said: unknown[] = [];
      const { warn } = console;
      console.warn = (...words: unknown[]) => void said.push(words);
      try {
        const failing = transaction(() =>
          rows("SELECT pg_terminate_backend(pg_backend_pid()) AS ended"),
        );
        await assert.rejects(failing);
        const failingLater = transaction(async () => {
          await rows("SELECT pg_terminate_backend(pg_backend_pid()) AS e").catch(() => undefined);
        });
        await assert.rejects(failingLater, "it cannot be committed");
        await transaction(() => buildPerson({ email: "a@example.com" }));
      } finally {
        console.warn = warn;
      }
      assert.ok(await exists("a@example.com"));
      assert.deepEqual(said, []);
    });

    it("does not run again for other errors", async () => {
      let tries = 0;
      const failing = transaction(async () => {
        tries++;
        await rows("SELECT nonsense");
      });
      await assert.rejects(failing);
      assert.equal(tries, 1);
    });
  } else {
    it("is the only way to write: the connection for reading refuses", async () => {
      await assert.rejects(run("UPDATE people SET name = 'x'"), /readonly/);
      await assert.rejects(Person.create({ name: "x", email: "x@x.example", createdAt: 0 }));
      await assert.rejects(run("DELETE FROM people"), /readonly/);
    });
  }
});

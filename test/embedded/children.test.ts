import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { launch } from "../../src/embedded/children.ts";
import { assemble } from "../../src/embedded/crew.ts";
import { isAlive, until } from "../support/processes.ts";

const sh = (script: string, options = {}) => launch("sh", ["-c", script], options);

const sleeper = (name: string) => ({ name, launch: () => sh("sleep 600"), patience: 1000 });

describe("child processes", () => {
  it("tell how they ended", async () => {
    assert.deepEqual(await sh("exit 3").ended, { code: 3, signal: null });
  });

  it("are told apart from programs that do not exist", () => {
    assert.throws(() => launch("/no/such/program", []), /could not be started/);
  });

  it("get their input, and keep what they say when they are quiet", async () => {
    const child = sh("cat; echo and >&2", { input: "given", quiet: true });
    await child.ended;
    assert.match(child.lastWords(), /given/);
    assert.match(child.lastWords(), /and/);
  });

  it("are asked to stop, and may finish", async () => {
    const child = sh('trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.05; done', {
      quiet: true,
    });
    await until(() => child.lastWords() === "up");
    assert.deepEqual(await child.stop(5000), { code: 7, signal: null });
    assert.match(child.lastWords(), /bye/);
  });

  it("are ended with all they started when they take too long", async () => {
    const child = sh('trap "" TERM; sleep 600 & echo $!; wait; wait', { quiet: true });
    await until(() => /^\d+$/.test(child.lastWords()));
    const grandchild = Number(child.lastWords());
    assert.deepEqual(await child.stop(100), { code: null, signal: "SIGKILL" });
    await until(() => !isAlive(grandchild));
  });

  it("leave nobody behind when they end by themselves", async () => {
    const child = sh("sleep 600 & echo $!", { quiet: true });
    await child.ended;
    const grandchild = Number(child.lastWords());
    assert.ok(grandchild > 0);
    await until(() => !isAlive(grandchild));
  });

  it("may be stopped twice", async () => {
    const child = sh("sleep 600");
    assert.deepEqual(await Promise.all([child.stop(1000), child.stop(1000)]), [
      { code: null, signal: "SIGTERM" },
      { code: null, signal: "SIGTERM" },
    ]);
    assert.deepEqual(await child.stop(1000), { code: null, signal: "SIGTERM" });
  });

  it("end when we are killed outright, the stubborn ones a little later", async () => {
    const file = join(import.meta.dirname, "../support/embedded/parent.ts");
    const parent = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(parent.stdout, "data");
    const pids = String(line).trim().split(" ").map(Number);
    assert.deepEqual(pids.map(isAlive), [true, true]);
    parent.kill("SIGKILL");
    await until(() => !pids.some(isAlive));
  });
});

describe("a crew of processes", () => {
  it("starts again who ends by itself, and says so", async () => {
    const said: string[] = [];
    const crew = assemble((line) => said.push(line), assert.fail);
    let launched = 0;
    const launchOne = () => sh(++launched === 1 ? "sleep 0.1; exit 5" : "sleep 600");
    crew.add({ name: "web", launch: launchOne, patience: 1000 });
    crew.settle();
    await until(() => launched === 2);
    assert.deepEqual(said, [
      "The web process ended unexpectedly (code 5); it is started again in 1 s.",
    ]);
    await crew.stop(["web"]);
  });

  it("is lost when somebody ends before all are up", async () => {
    const lost = Promise.withResolvers<string>();
    const crew = assemble(assert.fail, lost.resolve);
    crew.add({
      name: "Redis",
      launch: () => sh("echo no room; exit 1", { quiet: true }),
      patience: 1,
    });
    assert.equal(await lost.promise, "The Redis process ended unexpectedly (code 1).\nno room");
  });

  it("stops in the order it is told, starts nobody again then, and takes nobody on", async () => {
    const crew = assemble(assert.fail, assert.fail);
    const web = crew.add(sleeper("web"));
    const redis = crew.add(sleeper("Redis"));
    crew.settle();
    await crew.stop(["web", "nobody"]);
    assert.deepEqual(
      [web, redis].map(({ pid }) => isAlive(pid)),
      [false, true],
    );
    await crew.stop(["Redis"]);
    assert.equal(isAlive(redis.pid), false);
    assert.throws(() => crew.add(sleeper("late")), /Stopping/);
  });

  it("waits for nobody once it is hurried", async () => {
    const crew = assemble(assert.fail, assert.fail);
    const child = crew.add({
      name: "worker",
      launch: () => sh('trap "" TERM; echo up; sleep 600', { quiet: true }),
      patience: 60_000,
    });
    await until(() => child.lastWords() === "up");
    const stopped = crew.stop(["worker"]);
    crew.hasten();
    await stopped;
    assert.deepEqual(await child.ended, { code: null, signal: "SIGKILL" });
  });
});

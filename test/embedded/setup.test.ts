// config/setup.sh on a machine of our making: a PATH that holds only what the test puts there.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const BASICS = "sh dirname find mktemp rm tail env cat mkdir touch chmod tr grep tee true".split(
  " ",
);

describe("config/setup.sh", () => {
  let folder: string;
  let calls: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plainbook-setup-"));
    calls = join(folder, "calls");
    for (const name of ["config", "bin"]) mkdirSync(join(folder, name));
    copyFileSync(join(root, "config/setup.sh"), join(folder, "config/setup.sh"));
    writeFileSync(join(folder, "package-lock.json"), "{}");
    for (const name of BASICS) symlinkSync(found(name), join(folder, "bin", name));
    program("node", "echo v20.1.0");
    program("npm", NPM);
    program("id", "echo 0");
    program("apt-get", APT);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function program(name: string, script: string): void {
    const path = join(folder, "bin", name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  function without(...names: string[]): void {
    for (const name of names) rmSync(join(folder, "bin", name));
  }

  function has(...names: string[]): void {
    for (const name of names) program(name, "exit 0");
  }

  function setUp(argument?: string, more: NodeJS.ProcessEnv = {}) {
    const env = {
      PATH: join(folder, "bin"),
      HERE: folder,
      CALLS: calls,
      POLICY_RC_D: join(folder, "policy"),
      ...more,
    };
    const args = [join(folder, "config/setup.sh"), ...(argument ? [argument] : [])];
    const { status, stdout, stderr } = spawnSync("/bin/sh", args, { env, encoding: "utf8" });
    const called = existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
    rmSync(calls, { force: true });
    return { status, out: stdout, err: stderr, called };
  }

  // What npm and the package manager do here: write down how they were called, and make the thing.
  const NPM = `echo "npm $*" >> $CALLS
    mkdir -p $HERE/node_modules/.bin
    for name in node mocha; do cat $HERE/bin/id > $HERE/node_modules/.bin/$name; done
    chmod +x $HERE/node_modules/.bin/*
    touch $HERE/node_modules/.package-lock.json`;
  const APT = `echo "apt-get $*" >> $CALLS
    for name in "$@"; do :; done
    case $name in
      postgresql) name=initdb ;; g++) for part in python3 make; do
        echo "#!/bin/sh" > $HERE/bin/$part; chmod +x $HERE/bin/$part; done ;;
    esac
    case $1 in install|-y) ;; esac
    case " $* " in *" install "*) echo "#!/bin/sh" > $HERE/bin/$name; chmod +x $HERE/bin/$name ;; esac`;

  it("installs what is missing, a line each, and is silent and quick after that", () => {
    const first = setUp();
    assert.equal(first.status, 0, first.err);
    assert.deepEqual(
      first.out
        .trim()
        .split("\n")
        .map((line) => line.split(" (")[0]),
      ["Installing redis-server", "Installing the packages of package-lock.json"],
    );
    assert.deepEqual(
      first.called.map((call) => call.replace(/ -.*(?= )/, "")),
      ["apt-get update -qq", "apt-get install redis-server", "npm ci --loglevel=error"],
    );
    const start = performance.now();
    assert.deepEqual(setUp(), { status: 0, out: "", err: "", called: [] });
    assert.ok(performance.now() - start < 1000);
  });

  it("installs what the tests need only for them", () => {
    setUp();
    const { status, out } = setUp("test");
    assert.equal(status, 0);
    const names = [...out.matchAll(/^Installing (\S+)/gm)].map(([, name]) => name);
    // The server's programs may lie outside of PATH, on this very machine.
    assert.deepEqual(
      names.filter((name) => name !== "postgresql"),
      ["chromium", "w3m"],
    );
    assert.equal(setUp("test").out, "");
  });

  it("installs no Redis where one is named, and nothing of the system for the checks", () => {
    assert.match(setUp(undefined, { REDIS_URL: "redis://there" }).out, /^Installing the packages/);
    assert.deepEqual(setUp("check"), { status: 0, out: "", err: "", called: [] });
    assert.match(setUp().out, /^Installing redis-server/);
  });

  it("installs the packages again when the lock file is newer, or an installation broke off", () => {
    has("redis-server");
    setUp();
    utimesSync(join(folder, "package-lock.json"), new Date(), new Date(Date.now() + 60_000));
    assert.deepEqual(setUp().called, ["npm ci --no-audit --no-fund --loglevel=error"]);
    utimesSync(join(folder, "package-lock.json"), 1, 1);
    assert.deepEqual(setUp().called, []);
    rmSync(join(folder, "node_modules/.package-lock.json"));
    assert.equal(setUp().called.length, 1);
  });

  it("adds what an installation for production left out when tests or checks need it", () => {
    has("redis-server", "initdb", "chromium", "w3m");
    setUp();
    rmSync(join(folder, "node_modules/.bin/mocha"));
    assert.deepEqual(setUp().called, []);
    assert.deepEqual(setUp("test").called, [
      "npm ci --include=dev --no-audit --no-fund --loglevel=error",
    ]);
  });

  it("runs npm on the machine's own Node, not on the one it is about to replace", () => {
    has("redis-server");
    const own = join(folder, "node_modules/.bin");
    program("npm", `echo "$PATH" >> $CALLS; ${NPM}`);
    const { called } = setUp(undefined, { PATH: `${own}:${join(folder, "bin")}` });
    assert.equal(called[0], join(folder, "bin"));
  });

  it("fetches a compiler when the packages cannot be installed without one, and tries again", () => {
    has("redis-server");
    program(
      "npm",
      `if ! command -v g++ >/dev/null; then echo "npm failed" >> $CALLS; exit 1; fi; ${NPM}`,
    );
    const { status, called } = setUp();
    assert.equal(status, 0);
    assert.deepEqual([called[0], called.at(-1)?.slice(0, 6)], ["npm failed", "npm ci"]);
    assert.match(String(called.at(-2)), /python3 make g\+\+$/);
  });

  it("keeps the system from starting what it installs, only while it installs", () => {
    program(
      "apt-get",
      `sh $POLICY_RC_D redis-server; echo "redis $?" >> $CALLS
      sh $POLICY_RC_D cron; echo "cron $?" >> $CALLS; ${APT}`,
    );
    const { status, called } = setUp();
    assert.equal(status, 0);
    assert.deepEqual(called.slice(0, 2), ["redis 101", "cron 0"]);
    assert.equal(existsSync(join(folder, "policy")), false);
  });

  it("says what to install where it may not, and stops", () => {
    program("id", "echo 1000");
    const { status, err, called } = setUp("test");
    assert.equal(status, 1);
    assert.match(err, /^Missing: redis-server .*w3m/);
    assert.match(err, /^ {2}sudo apt-get install redis-server .*w3m$/m);
    assert.deepEqual(called, []);
  });

  it("uses sudo where that asks for no password", () => {
    program("id", "echo 1000");
    program("sudo", 'echo "sudo $*" >> $CALLS; shift; exec "$@"');
    const { status, called } = setUp();
    assert.equal(status, 0);
    assert.ok(called.some((call) => /^sudo -n env .*apt-get install .*redis-server$/.test(call)));
  });

  it("names what is missing where it knows no package manager", () => {
    without("apt-get");
    const { status, err } = setUp();
    assert.equal(status, 1);
    assert.equal(err, "Missing: redis-server. Install what is missing and start again.\n");
  });

  it("shows why an installation failed", () => {
    program("apt-get", "echo 'E: Unable to locate package'; exit 100");
    const { status, err } = setUp();
    assert.equal(status, 1);
    assert.match(err, /^E: Unable to locate package\nredis-server could not be installed/);
    assert.match(err, /apt-get install redis-server/);
  });

  for (const [title, script] of [
    ["is too old", "echo v18.20.0"],
    ["is not there", "exit 127"],
  ] as const) {
    it(`stops when Node ${title}`, () => {
      program("node", script);
      const { status, err, called } = setUp();
      assert.deepEqual([status, called], [1, []]);
      assert.match(err, /^Node 20 or newer is needed/);
    });
  }
});

function found(name: string): string {
  const place = ["/usr/bin", "/bin"].find((dir) => existsSync(join(dir, name)));
  return join(place ?? "/usr/bin", name);
}

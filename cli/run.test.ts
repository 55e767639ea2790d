/** `rehearsal run`: playing deployments, hunting, and what is told of a run that fails. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run as runAnywhere } from "./memory-host.fixture.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-run-"));
  const ring = new URL("../models/examples/ring.libretto", import.meta.url);
  writeFileSync(join(folder, "ring.libretto"), readFileSync(ring));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (words: string) => runAnywhere(words.split(" "), { folder });

test("the lost wakeup is found and explained by what waits for what", async () => {
  const { code, output } = await run("run ring.libretto --check unfenced");
  expect(output).toContain("NoLostWakeup violated in seed");
  expect(output).toContain("as expected");
  expect(output).toMatch(
    /it happens because\n {4}prod\.flush .* waits until cons\.Recheck .* is done/,
  );
  expect(code).toBe(0);
});

test("the seed that is named gives the same run again", async () => {
  const first = await run("run ring.libretto --check unfenced");
  const seed = /--seed (\d+)/.exec(first.output)?.[1] ?? "";
  const again = await run(`run ring.libretto --check unfenced --seeds ${seed}`);
  const steps = (text: string): string => text.slice(text.indexOf("it happens"));
  expect(steps(again.output)).toBe(steps(first.output));
});

test("runs that find nothing prove nothing", async () => {
  const { code, output } = await run("run ring.libretto --check fenced --seeds 1..50");
  expect(output).toContain("unknown  ring.libretto  fenced   50 runs");
  expect(code).toBe(3);
});

test("a violation that the check does not expect fails", async () => {
  const path = join(folder, "ring.libretto");
  const text = readFileSync(path, "utf8").replaceAll(/expect violation of \w+/g, "");
  writeFileSync(path, text);
  const { code, output } = await run("run ring.libretto --check unfenced");
  expect(output).toContain("FAIL");
  expect(code).toBe(1);
});

test("every other format is that of `check`, and its counterexample replays", async () => {
  await run("run ring.libretto --check unfenced --format json=r.json --report r.html");
  expect(readFileSync(join(folder, "r.html"), "utf8")).toContain("prod buffer");
  const { code, output } = await run("replay r.json");
  expect(output).toContain("NoLostWakeup violated after 12 steps, replayed");
  expect(code).toBe(0);
  const { output: json } = await run("run ring.libretto --check unfenced --format json");
  expect(JSON.parse(json)).toMatchObject({
    checks: [{ verdict: { name: "unfenced", simulation: { strategy: "played", seed: 5 } } }],
  });
});

// ---------------------------------------------------------------------------- deployments

const DEPLOYED = `module deployed
use netserver from "./netserver"
deployment calm of Net {
  domain netserver on core 0 { server }
  domain app[c: Client] on core 1..2 { app[c] }
  run 1ms
}
deployment crash of Net {
  domain netserver on core 0 { server }
  domain app[c: Client] on core 1 { app[c] }
  at 2ms fault server.crash
  at 2001us do server.restart
  run 3ms
}
`;

test("a deployment is played; what is not violated is ok", async () => {
  deploy(DEPLOYED);
  const { code, output } = await run("run deployed.libretto");
  expect(output).toMatch(/^ok {7}deployed\.libretto {2}calm {3}1 run {3}[\d,]+ events/);
  expect(code).toBe(0);
});

test("a timed run that fails is explained, shown with its times, and named", async () => {
  deploy(DEPLOYED);
  const found = await run(
    "run deployed.libretto --deployment crash --seeds 1..200 --report r.html",
  );
  expect(found.code).toBe(1);
  expect(found.output).toMatch(/NoHalfOpen violated in seed \d+\n/);
  expect(found.output).toMatch(/it happens/);
  expect(found.output).toMatch(/ {2}2001\.000 us {3}plan {6}server\.restart\n/);
  const again = /again: rehearsal (.*)\n/.exec(found.output)?.[1] ?? "";
  const events = (text: string): string => text.slice(text.indexOf("it happens"));
  expect(events((await run(again)).output)).toBe(events(found.output));
  expect(readFileSync(join(folder, "r.html"), "utf8")).toContain("NoHalfOpen");
});

test("hunting in a deployment leaves its times out", async () => {
  deploy(DEPLOYED);
  const { code, output } = await run("run deployed.libretto --deployment crash --hunt");
  expect(output).toMatch(/ +\d+ {3}server\.crash\n +\d+ {3}server\.restart\n/);
  expect(output).toContain("--deployment crash --hunt --seed");
  expect(code).toBe(1);
});

function deploy(text: string): void {
  writeFileSync(join(folder, "deployed.libretto"), text);
  const server = new URL("../models/examples/netserver.libretto", import.meta.url);
  writeFileSync(join(folder, "netserver.libretto"), readFileSync(server));
}

test.each([
  ["run ring.libretto --seeds soon", "E0513"],
  ["run ring.libretto --seeds 9..1", "E0513"],
  ["run ring.libretto --seed 1 --seeds 1..2", "E0513"],
  ["run ring.libretto --steps 0", "E0513"],
  ["run ring.libretto --deployment nothing", "E0507"],
  ["run nowhere.libretto", "E0501"],
  ["run ring.libretto --check nothing", "E0507"],
])("%s is refused", async (words, coded) => {
  const { code, errors } = await run(words);
  expect(code).toBe(2);
  expect(errors).toContain(`error ${coded}`);
});

const FLAVOURS = `module flavours
const repairs = true
machine Server {
  initial mode Up { }
  mode Down { fair step restart if repairs -> Up }
  fault crash from Up -> Down
}
system Net { server : Server  invariant AlwaysUp: server in Up }
deployment d of Net {
  hardware { cores 1 }
  at 5ms fault server.crash
  heal 10ms { IsUp within 1ms: server in Up }
  run 20ms
}
check repaired of Net { only IsUp_ }
check left of Net { repairs = false  only IsUp_ }
check crashes of Net { expect violation of AlwaysUp }
check expectsTooMuch of Net { only Never  expect violation of Never }
`;

test("a deployment is played as a check sets it, and judged as the check says", async () => {
  // A property of the system that no run can violate, for `only`.
  const text = FLAVOURS.replace(
    "invariant AlwaysUp",
    "invariant IsUp_: true  invariant Never: true  invariant AlwaysUp",
  );
  writeFileSync(join(folder, "flavours.libretto"), text);
  const play = (words: string) => run(`run flavours.libretto --deployment d --seeds 1..3 ${words}`);
  expect(await play("--check repaired")).toMatchObject({ code: 0 });
  const left = await play("--check left --format json=left.json");
  expect(left.code).toBe(1);
  expect(left.output).toContain("IsUp violated in seed 1");
  expect(left.output).toContain("--deployment d --check left --seed 1");
  const crashes = await play("--check crashes");
  expect([crashes.code, crashes.output]).toEqual([
    0,
    expect.stringContaining("AlwaysUp violated in seed 1, as expected"),
  ]);
  const missed = await play("--check expectsTooMuch");
  expect([missed.code, missed.output]).toEqual([
    3,
    expect.stringContaining("expected and not seen: Never"),
  ]);
  const report: unknown = JSON.parse(readFileSync(join(folder, "left.json"), "utf8"));
  const violated = expect.objectContaining({ name: "IsUp", kind: "run", outcome: "violated" });
  expect(report).toMatchObject({
    checks: [{ verdict: { properties: expect.arrayContaining([violated]) } }],
  });
  expect(await run("replay left.json")).toMatchObject({ code: 0, errors: "" });
  expect(await run("show left.json")).toMatchObject({ errors: "" });
});

const RESET = `module reset
machine Server {
  initial mode Up { }
  mode Cold { fair step warm -> Up }
  fault crash from Up -> Cold
}
machine App { initial mode Here { } }
system S {
  server : Server
  app : App
  invariant Kept: true
}
deployment d of S {
  hardware { cores 2  nic { vfs 1 }  link { delay 20us } }
  domain one on core 0 { server }
  domain two on core 1 { app }
  server.warm takes 1s
  at 500ms fault server.crash
  traffic Kept: app every 10ms bytes 100 {
    through server if server in Up
    refused if server in Cold
  }
  run 3s
}
`;

test("a lost connection is told under its name, also where a property has it", async () => {
  writeFileSync(join(folder, "reset.libretto"), RESET);
  const { code, output } = await run("run reset.libretto --format json=r.json,text");
  expect(code).toBe(1);
  expect(output).toMatch(/Kept violated in seed 1\n +app: 10\S+ > 10\S+ reset by one at 0\.5 s/);
  const report: unknown = JSON.parse(readFileSync(join(folder, "r.json"), "utf8"));
  const reason = expect.stringContaining("reset by one at 0.5 s");
  const violated = expect.objectContaining({
    name: "Kept",
    kind: "run",
    outcome: "violated",
    counterexample: expect.objectContaining({ reason, replayed: true }),
  });
  expect(report).toMatchObject({ checks: [{ verdict: { properties: [violated] } }] });
  expect(await run("replay r.json")).toMatchObject({ code: 0, errors: "" });
});

test("a check of another system lends a deployment nothing", async () => {
  const other =
    "machine M { initial mode A { } }  system Other { m : M }  check other of Other { }";
  writeFileSync(
    join(folder, "flavours.libretto"),
    `${FLAVOURS.replace(/check (?!crashes).*\n/g, "")}${other}`,
  );
  const { code, errors } = await run("run flavours.libretto --deployment d --check other");
  expect([code, errors]).toEqual([2, expect.stringContaining("a check of the system of `d`")]);
});

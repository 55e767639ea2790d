/**
 * Each property of the shipped log can pass, fail, find nothing to examine, and be left open by a
 * loss.
 */
import { describe, expect, test } from "vitest";
import type { Loss } from "../../traces/trace.ts";
import { judgeScenario } from "./scenario.fixture.ts";

const LOGGED = "0 @server.start instance=1\n0 @app.start pid=7 server=10.0.0.10:80";
const RESTART = `${LOGGED}\n2 @server.kill instance=1\n4 @server.ready instance=2`;
const SWITCH = `${LOGGED}\n2 @switch.request\n2.1 @switch.done`;
const KILL = `${LOGGED}\n2 @app.kill pids=[7]\n4 @app.start pid=8 server=10.0.0.10:80`;
const ALIVE = "0.5 C open\n1 C ask";
const FORGOTTEN = `${ALIVE}\n5 C send\n5.001 S>C RST`;
const DOWNLOAD_LOST = `${ALIVE}\n5 C2 open`;

/** Everything in the capture may be incomplete. */
const HOLE: Loss = {
  source: 0,
  reason: "dropped",
  count: 3,
  from: undefined,
  until: undefined,
  note: "the capture counts 3 dropped packets",
};

interface Case {
  readonly property: string;
  readonly pass: string;
  readonly fail: string;
  readonly vacuous: string;
  /** The recording that a loss leaves open. */
  readonly lossy: string;
}

const CASES: readonly Case[] = [
  {
    property: "NotLostByServerRestart",
    pass: `${RESTART}\n${ALIVE}\n5 C ask`,
    fail: `${RESTART}\n${FORGOTTEN}`,
    vacuous: `${LOGGED}\n${ALIVE}`,
    lossy: `${RESTART}\n${FORGOTTEN}`,
  },
  {
    property: "NotLostByModeSwitch",
    pass: `${SWITCH}\n${ALIVE}\n5 C ask`,
    fail: `${SWITCH}\n${FORGOTTEN}`,
    vacuous: `${LOGGED}\n${ALIVE}`,
    lossy: `${SWITCH}\n${DOWNLOAD_LOST}`,
  },
  {
    property: "NotLostByAppKill",
    pass: `${KILL}\n${ALIVE}\n1.5 C close\n1.6 C2 open\n1.7 C2 close\n0.6 C3 open\n5 C3 ask`,
    fail: `${KILL}\n${ALIVE}\n2.01 C sclose`,
    vacuous: `${LOGGED}\n${ALIVE}`,
    lossy: `${KILL}\n${FORGOTTEN}`,
  },
  {
    property: "NotLostByAppStateDropped",
    pass: `${LOGGED}\n${ALIVE}\n5 C close`,
    fail: `${LOGGED}\n${FORGOTTEN}`,
    vacuous: LOGGED,
    lossy: `${LOGGED}\n${ALIVE}`,
  },
  {
    property: "NotLostByClientStateDropped",
    pass: `${LOGGED}\n${ALIVE}\n5 C close`,
    fail: `${LOGGED}\n${ALIVE}\n5 S>C DATA 50\n5.001 C>S RST`,
    vacuous: LOGGED,
    lossy: `${LOGGED}\n${ALIVE}`,
  },
  {
    property: "NotLostOtherwise",
    pass: `${LOGGED}\n${ALIVE}\n5 C close`,
    fail: FORGOTTEN,
    vacuous: LOGGED,
    lossy: `${LOGGED}\n${ALIVE}`,
  },
  {
    property: "Resumes",
    pass: `${RESTART}\n${ALIVE}\n5 C ask`,
    fail: "",
    vacuous: `${LOGGED}\n${ALIVE}`,
    lossy: `${RESTART}\n${DOWNLOAD_LOST}`,
  },
  {
    property: "ResumesAfterSwitch",
    pass: `${SWITCH}\n${ALIVE}\n5 C ask`,
    fail: "",
    vacuous: `${LOGGED}\n${ALIVE}`,
    lossy: `${SWITCH}\n${DOWNLOAD_LOST}`,
  },
];

async function outcomeOf(
  property: string,
  text: string,
  losses: readonly Loss[] = [],
): Promise<string> {
  const { properties } = await judgeScenario(text, losses);
  const found = properties.find(({ name }) => name === property);
  const reasons = new Set(found?.inconclusive.map(({ reason }) => reason));
  return [found?.outcome, ...reasons].join(" ");
}

describe.each(CASES)("$property", ({ property, pass, fail, vacuous, lossy }) => {
  test("passes", async () => {
    expect(await outcomeOf(property, pass)).toBe("holds");
  });

  test.skipIf(fail === "")("fails", async () => {
    expect(await outcomeOf(property, fail)).toBe("violated");
  });

  test("is unobserved when there is nothing to examine", async () => {
    expect(await outcomeOf(property, vacuous)).toBe("inconclusive unobserved");
  });

  test("is left open by a loss that matters", async () => {
    expect(await outcomeOf(property, lossy, [HOLE])).toBe("inconclusive loss");
  });
});

test("a loss does not matter where a later answer proves what it could hide", async () => {
  const text = `${RESTART}\n${ALIVE}\n5 C ask\n6 C close`;
  expect(await outcomeOf("NotLostByServerRestart", text, [HOLE])).toBe("holds");
});

test("a goal that was not reached is unobserved", async () => {
  expect(await outcomeOf("Exercised", `${LOGGED}\n${ALIVE}`)).toBe("inconclusive unobserved");
  expect(await outcomeOf("Exercised", `${RESTART}\n${ALIVE}`)).toBe("holds");
});

test("nothing examined is never a verdict that holds", async () => {
  const { result, properties } = await judgeScenario(LOGGED);
  expect(result).toBe("inconclusive");
  expect(properties.filter(({ outcome }) => outcome === "holds")).toEqual([]);
});

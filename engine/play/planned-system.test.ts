/** Deployments without their times: wider than the timed runs, and no wider than the plan. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { stepSourceOf } from "../../checker/simulate/step-source.ts";
import { hunt } from "../schedule/hunt.ts";
import { createRandom } from "../schedule/random.ts";
import { replay } from "../schedule/run.ts";
import { deploymentOf, RING_TEXT, SERVER_TEXT, TALK_TEXT } from "./deployments.fixture.ts";
import { choicesOf, createPlannedSystem } from "./planned-system.ts";
import { play } from "./player.ts";

const SERVER = deploymentOf(SERVER_TEXT.replace("CARRIER", "ring"));
const TALK = deploymentOf(TALK_TEXT);
const RING = deploymentOf(RING_TEXT);

test("each timed run is one of its runs, with the same end", () => {
  const subjects = [SERVER, TALK, RING].map((deployment) => {
    const source = stepSourceOf(deployment.model);
    return { deployment, source, system: createPlannedSystem(deployment, source) };
  });
  const [only] = subjects;
  if (only === undefined) throw new Error("no deployment");
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 2 }), (seed, index) => {
      const { deployment, source, system } = subjects[index] ?? only;
      const played = play(deployment, source, { seed, events: 400 });
      const steps = played.steps();
      const choices = choicesOf(system, steps, played.lines());
      expect(choices?.length).toBe(steps.length);
      const start = system.save();
      replay(system, choices ?? []);
      const end = steps.at(-1)?.state;
      expect(end === undefined ? "" : source.key(end)).toBe(source.key(system.state));
      system.restore(start);
    }),
    { numRuns: 20 },
  );
});

test("choices are the same in equal states, and the plan's steps come in their order", () => {
  const system = createPlannedSystem(SERVER, stepSourceOf(SERVER.model));
  const planner = system.actors.findIndex(({ name }) => name === "plan");
  const start = system.save();
  for (let seed = 1; seed <= 20; seed++) {
    system.restore(start);
    const random = createRandom(seed);
    const seen = new Map<string, string>();
    const planned: number[] = [];
    for (let step = 0; step < 200; step++) {
      const choices = system.choices();
      const told = JSON.stringify(choices);
      expect(seen.get(system.key()) ?? told).toBe(told);
      seen.set(system.key(), told);
      const choice = choices[random.below(choices.length)];
      if (choice === undefined) break;
      if (choice.actor === planner) planned.push(choice.action);
      system.take(choice);
    }
    expect([[], [0], [0, 1]]).toContainEqual(planned);
  }
});

test("what no plan and no link brings about never happens", () => {
  const text = SERVER_TEXT.replace("CARRIER", "ring").replace("  at 5ms fault server.crash\n", "");
  const deployment = deploymentOf(text);
  const system = createPlannedSystem(deployment, stepSourceOf(deployment.model));
  const { found } = hunt(system, { seeds: [1, 100], steps: 100 }, () => system.wrong.length > 0);
  expect(found).toBeUndefined();
});

test("a choice of another state is refused", () => {
  const system = createPlannedSystem(SERVER, stepSourceOf(SERVER.model));
  const planner = system.actors.length - 1;
  expect(() => system.take({ actor: planner, action: 1 })).toThrow(RangeError);
});

test("the server that crashes at any moment is found, and found again by replaying", () => {
  const system = createPlannedSystem(SERVER, stepSourceOf(SERVER.model));
  const { found } = hunt(system, { seeds: [1, 1000], steps: 200 }, () => system.wrong.length > 0);
  expect(found?.shrunk?.constraints.length).toBeLessThanOrEqual(3);
  replay(system, found?.shrunk?.run.choices ?? []);
  expect(system.wrong).toEqual(["NoHalfOpen"]);
});

/** Recordings are replayed by the labels of their steps. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Value } from "../spec/model.ts";
import { modelOf } from "./libretto-notation.ts";
import { beginnings } from "./reference/initial.ts";
import { createMeter } from "./reference/meter.ts";
import { type Step, successors } from "./reference/successors.ts";
import { replayLabels } from "./replay-labels.ts";

const model = modelOf(`module dice
type Face = 1..6
machine Die {
  var face : 0..6 = 0
  var rolls : 0..3 = 0
  initial mode Lies {
    step roll if rolls < 3 { choose n in Face  face = n  rolls += 1 }
    step hide -> Hidden { face = 0 }
  }
  mode Hidden { step show -> Lies { assert rolls > 0 } }
}
system Table {
  die : Die
  invariant NoSix: die.face != 6
}
check c of Table { allow stuck }
`);

/** A run that takes the steps that the numbers pick, as long as there are any. */
function walk(picks: readonly number[]): readonly Step[] {
  const meter = createMeter();
  let state: readonly Value[] = beginnings(model, meter)[0]?.state ?? [];
  const taken: Step[] = [];
  for (const pick of picks) {
    const { steps } = successors(model, state, meter);
    const step = steps[pick % Math.max(1, steps.length)];
    if (step === undefined) break;
    taken.push(step);
    if (step.violation !== undefined) break;
    ({ state } = step);
  }
  return taken;
}

const picks = fc.array(fc.nat({ max: 50 }), { maxLength: 12 });

test("the labels of a run are one, with what is violated at its end", () => {
  fc.assert(
    fc.property(picks, (numbers) => {
      const steps = walk(numbers);
      const answer = replayLabels(
        model,
        steps.map(({ label }) => label),
      );
      const last = steps.at(-1);
      const wrong =
        last?.violation === undefined
          ? last?.state.includes(6) === true
            ? ["NoSix"]
            : []
          : [last.violation.property];
      expect(answer).toEqual({ agrees: true, wrong });
    }),
  );
});

test("other labels are none, and those that are possible are told", () => {
  fc.assert(
    fc.property(picks, fc.nat(), fc.constantFrom("die.show", "die.roll {n = 7}"), (...given) => {
      const [numbers, where, other] = given;
      const labels = walk(numbers).map(({ label }) => label);
      const at = where % (labels.length + 1);
      const answer = replayLabels(model, [...labels.slice(0, at), other]);
      if (answer.agrees === true) expect(labels[at - 1]).toBe("die.hide");
      else if (answer.agrees === false) expect(answer.possible).not.toContain(other);
    }),
  );
});

test("nothing follows a step that violates", () => {
  const labels = ["die.hide", "die.show"];
  expect(replayLabels(model, labels)).toEqual({ agrees: true, wrong: ["assert"] });
  expect(replayLabels(model, [...labels, "die.hide"])).toEqual({
    agrees: false,
    step: 2,
    possible: [],
  });
});

test("no labels are the run that has not begun", () => {
  expect(replayLabels(model, [])).toEqual({ agrees: true, wrong: [] });
});

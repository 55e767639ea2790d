/**
 * The graph that a Core has found, on the face that properties of runs are judged on.
 *
 * Steps are taken again by compiled code and looked up in its visited set; conditions are compiled
 * when they are asked for.
 */
import type { StateGraph, Steps } from "../explore/state-graph.ts";
import type { Compiled } from "./compile.ts";
import type { Core } from "./core.ts";
import { evaluator } from "./javascript.ts";
import { observeRoutine } from "./judge.ts";
import { Disagreement, valuesAt } from "./path.ts";

export function compiledGraph(
  compiled: Compiled,
  core: Core,
  initial: readonly number[],
): StateGraph {
  const { code, layout, plan } = compiled;
  const words = new Uint32Array(code.words);
  let labels = new Uint32Array(16);
  let targets = new Uint32Array(16);
  const steps = (id: number): Steps => {
    core.read(id, words);
    const found = core.successors(words);
    if (found.count > labels.length) {
      labels = new Uint32Array(found.count * 2);
      targets = new Uint32Array(found.count * 2);
    }
    let count = 0;
    for (let index = 0; index < found.count; index++) {
      const label = found.labels[index] ?? 0;
      const from = index * code.words;
      const target = core.find(found.words.subarray(from, from + code.words));
      if (target === undefined) {
        if (id < core.next) throw new Disagreement("a step leads to a state that was not found");
        continue;
      }
      let known = false;
      for (let before = count - 1; before >= 0 && labels[before] === label; before--) {
        if (targets[before] === target) known = true;
      }
      if (known) continue;
      labels[count] = label;
      targets[count] = target;
      count++;
    }
    return { count, labels, targets };
  };
  return {
    model: layout.model,
    states: core.states,
    expanded: core.next,
    initial,
    labels: plan.labels,
    state: (id) => valuesAt(compiled, core, id),
    steps,
    observer(conditions) {
      const test = evaluator(observeRoutine(layout, conditions), code.words);
      const own = new Uint32Array(code.words);
      return (id) => {
        core.read(id, own);
        return test(own, 0);
      };
    },
  };
}

/**
 * Fingerprint of a state graph: equal graphs have equal ones, whatever order they were found in.
 *
 *     states    sum of hash(state)                       over all states, ghosts included
 *     steps     sum of hash(source, transition, target)  over all steps
 *
 * A mutant whose graph has the fingerprint of the original changes nothing that any property could
 * see. Sums forget the order, so the graphs are compared as sets. Transitions count by name: a hole
 * may move their indices. The rejected alternative, to keep all states of both graphs and compare
 * them one by one, is exact and holds two graphs in memory; here two different graphs pass for one
 * with a probability of about 2^-96.
 */
import { hash } from "node:crypto";
import type { StateGraph } from "../explore/state-graph.ts";

/** States between two turns of the event loop. */
const STATES_PER_TURN = 2048;
/** Words of 32 bits that are kept of each hash. */
const LANES = 3;

/** The fingerprint, or undefined when the signal was aborted first. */
export async function fingerprintOf(
  graph: StateGraph,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const sums = new Uint32Array(2 * LANES);
  const names = new Map<number, string>();
  const keys = Array.from({ length: graph.states }, () => "");
  for (let id = 0; id < graph.states; id++) {
    if (id % STATES_PER_TURN === 0 && (await isAborted(signal))) return undefined;
    keys[id] = hash("sha256", JSON.stringify(graph.state(id)), "base64");
    add(sums, 0, keys[id] ?? "");
  }
  for (let id = 0; id < graph.expanded; id++) {
    if (id % STATES_PER_TURN === 0 && (await isAborted(signal))) return undefined;
    const { count, labels, targets } = graph.steps(id);
    for (let step = 0; step < count; step++) {
      const label = labels[step] ?? -1;
      const name = names.get(label) ?? nameOf(graph, label);
      names.set(label, name);
      const edge = `${keys[id] ?? ""} ${keys[targets[step] ?? -1] ?? ""} ${name}`;
      add(sums, LANES, hash("sha256", edge, "base64"));
    }
  }
  return [graph.states, ...sums].join(" ");
}

async function isAborted(signal: AbortSignal | undefined): Promise<boolean> {
  await new Promise((resume) => setImmediate(resume));
  return signal?.aborted === true;
}

function nameOf({ model, labels }: StateGraph, index: number): string {
  const label = labels[index];
  const taken = label === undefined ? [] : [label.transition, ...label.partners];
  return taken.map((transition) => model.transitions[transition]?.name ?? "?").join(" & ");
}

/** Adds the first words of a digest to the sums that begin at `from`. */
function add(sums: Uint32Array, from: number, digest: string): void {
  const bytes = Buffer.from(digest, "base64");
  for (let lane = 0; lane < LANES; lane++) {
    sums[from + lane] = (sums[from + lane] ?? 0) + bytes.readUInt32LE(4 * lane);
  }
}

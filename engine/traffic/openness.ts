/**
 * Which paths are open in a state of the Model.
 *
 *     bit p of a connection's number   its path p is open        bit 31   `refused` holds
 *
 * A state is asked many times, so answers are kept, by state object.
 */
import type { Traffic } from "../../spec/deployment.ts";
import type { StepSource } from "../../spec/step-source.ts";

/** A number of bits for each connection. */
export type Openness = readonly number[];

const REFUSED = 31;

export function opennessOf<State>(
  traffic: readonly Traffic[],
  source: Pick<StepSource<State>, "holds">,
): (state: State) => Openness {
  const known = new WeakMap<object, Openness>();
  const ask = (state: State): Openness =>
    traffic.map(({ paths, refused }) => {
      const bits = paths.map(({ open }, path) => (source.holds(state, open) ? 1 << path : 0));
      const refuses = refused !== undefined && source.holds(state, refused) ? 1 << REFUSED : 0;
      return bits.reduce((sum, bit) => sum | bit, refuses);
    });
  return (state) => {
    if (typeof state !== "object" || state === null) return ask(state);
    const before = known.get(state);
    if (before !== undefined) return before;
    const answer = ask(state);
    known.set(state, answer);
    return answer;
  };
}

/** The first path that is open; undefined: none is. */
export function firstOpen(bits: number): number | undefined {
  const paths = bits & ~(1 << REFUSED);
  return paths === 0 ? undefined : 31 - Math.clz32(paths & -paths);
}

export function isOpen(bits: number, path: number): boolean {
  return (bits & (1 << path)) !== 0;
}

export function isRefused(bits: number): boolean {
  return (bits & (1 << REFUSED)) !== 0;
}

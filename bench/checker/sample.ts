/**
 * Runs of the contenders of one case, in turns, so that a slow minute of the machine hits all.
 *
 *     round 1   pan-dfs  pan-bfs  wasm  wasm2
 *     round 2   pan-bfs  wasm  wasm2  pan-dfs        …the first one of a round goes round
 *
 * All runs must agree on the numbers of states and transitions: a checker that is fast and wrong
 * is not fast. A disagreement throws.
 */
import { median } from "./statistics.ts";

/** One run. */
export interface Sample {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly peakBytes: number | undefined;
  /** What the checker itself says it used. */
  readonly accountedBytes: number | undefined;
}

export interface Contender {
  readonly name: string;
  /** Digits of a count that it prints; what is beyond cannot be compared. */
  readonly digits: number;
  readonly run: () => Promise<Sample>;
}

/** Medians over the runs of one contender; counts are those of every run. */
export interface Result extends Sample {
  readonly name: string;
  readonly runs: number;
}

/** Runs all contenders `runs` times in turns. */
export async function contest(
  title: string,
  contenders: readonly Contender[],
  runs: number,
): Promise<readonly Result[]> {
  const samples = contenders.map((): Sample[] => []);
  for (let round = 0; round < runs; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const at = (round + turn) % contenders.length;
      const sample = await contenders[at]?.run();
      if (sample !== undefined) samples[at]?.push(sample);
    }
  }
  requireAgreement(title, contenders, samples);
  return contenders.map(({ name }, at) => summary(name, samples[at] ?? []));
}

function summary(name: string, samples: readonly Sample[]): Result {
  const known = (of: (sample: Sample) => number | undefined): number | undefined => {
    const values = samples.flatMap((sample) => of(sample) ?? []);
    return values.length === 0 ? undefined : median(values);
  };
  return {
    name,
    runs: samples.length,
    states: samples[0]?.states ?? 0,
    transitions: samples[0]?.transitions ?? 0,
    seconds: median(samples.map(({ seconds }) => seconds)),
    peakBytes: known(({ peakBytes }) => peakBytes),
    accountedBytes: known(({ accountedBytes }) => accountedBytes),
  };
}

/** Throws unless all counts are equal, as far as the coarser of two contenders prints them. */
export function requireAgreement(
  title: string,
  contenders: readonly Pick<Contender, "name" | "digits">[],
  samples: readonly (readonly Sample[])[],
): void {
  const told = contenders.flatMap(({ name, digits }, at) =>
    (samples[at] ?? []).map((sample) => ({ name, digits, sample })),
  );
  const digits = Math.min(...told.map((each) => each.digits));
  const counts = ({ sample }: { readonly sample: Sample }): string =>
    `${rounded(sample.states, digits)} states, ${rounded(sample.transitions, digits)} transitions`;
  if (new Set(told.map(counts)).size <= 1) return;
  const lines = [...new Set(told.map((each) => `  ${each.name}: ${counts(each)}`))];
  throw new Error(`${title}: the counts differ\n${lines.join("\n")}`);
}

function rounded(count: number, digits: number): number {
  return Number(count.toPrecision(digits));
}

/**
 * What is measured: checks of `bench/models/`, with their twins in `bench/peers/`.
 *
 *     small   seconds in all, also with the reference explorer: `--quick`
 *     usual   1e5 to 5e6 states
 *     large   above 5e6 states, each run once: `--large`
 *
 * A twin has the same atomic steps, so its numbers of states and transitions must be the same.
 * Shipped specifications have no Promela twin by hand; theirs is the project's own export.
 */
export type Size = "small" | "usual" | "large";

/** A Promela model and the values of its macros. */
export interface Twin {
  readonly file: string;
  readonly macros: Readonly<Record<string, number>>;
}

export interface Case {
  readonly file: string;
  readonly check: string;
  readonly size: Size;
  /** `export`: the Promela text that the project makes from the check itself. */
  readonly twin: Twin | "export";
  /** The same search written by hand in C, in `bench/c/`. */
  readonly byHand: Twin | undefined;
}

type Sizes = Readonly<Partial<Record<Size, readonly string[]>>>;

/** `n13` and `c3k2m2v2` name values of macros: `{ N: 13 }`, `{ C: 3, K: 2, M: 2, V: 2 }`. */
function macrosOf(check: string): Record<string, number> {
  const parts = [...check.matchAll(/([a-z])(\d+)/g)];
  return Object.fromEntries(parts.map(([, name = "", value]) => [name.toUpperCase(), +`${value}`]));
}

function cases(
  file: string,
  sizes: Sizes,
  macros: Readonly<Record<string, number>> = {},
  byHand?: string,
): Case[] {
  return (["small", "usual", "large"] as const).flatMap((size) =>
    (sizes[size] ?? []).map((check): Case => {
      const own = macrosOf(check);
      return {
        file,
        check,
        size,
        twin: { file, macros: { ...macros, ...own } },
        byHand: byHand === undefined ? undefined : { file: byHand, macros: own },
      };
    }),
  );
}

function shipped(file: string, sizes: Sizes): Case[] {
  return cases(file, sizes).map((each) => ({ ...each, twin: "export" }));
}

export const SUITE: readonly Case[] = [
  ...cases(
    "philosophers-atomic",
    { small: ["n8"], usual: ["n11", "n13"], large: ["n15"] },
    { FREE: 1 },
    "philosophers",
  ),
  ...cases("phils", { small: ["n8"], usual: ["n10", "n12"] }),
  ...cases("filter", { small: ["n4"], usual: ["n5", "n6"] }),
  ...cases("filter-lock", { small: ["n3"], usual: ["n5"] }),
  ...cases("client-server", {
    small: ["c2k2m2v2"],
    usual: ["c3k2m2v2", "c3k3m2v2"],
    large: ["c4k2m2v2", "c3k3m2v3"],
  }),
  ...cases("twopc", { small: ["n4"], usual: ["n7", "n8"] }),
  ...cases("spaxos", { small: ["b2"], usual: ["b3", "b4"] }, { V: 2 }),
  ...cases("gbn", { small: ["w3c3"], usual: ["w3c4", "w4c5"] }),
  ...cases("election", { small: ["t3"], usual: ["t4", "t5"] }, { N: 3 }),
  ...shipped("netserver", { small: ["c2f3"], usual: ["c3f2", "c4f1"], large: ["c4f2"] }),
  ...shipped("device", { small: ["d4f2"], usual: ["d5f5", "d6f6"], large: ["d7f7"] }),
  ...shipped("ring", { small: ["n2i4"], usual: ["n4i20", "n16i20"] }),
];

/** `filter n5`: how tables and baselines call a case. */
export function nameOf({ file, check }: { readonly file: string; readonly check: string }): string {
  return `${file} ${check}`;
}

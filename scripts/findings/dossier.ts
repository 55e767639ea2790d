/**
 * What section 8 of the dossier lists: so many safety properties, liveness properties and
 * mutations, and which of them the published code is believed to break.
 *
 * The numbers are those of the dossier's own lists; a mutation's number is its place in its list.
 */

interface Section {
  readonly safety: number;
  readonly liveness: number;
  readonly mutations: number;
  /** Mutations that the published code is believed to contain. */
  readonly published: readonly number[];
}

const SECTIONS: Readonly<Record<string, Section>> = {
  "8.1": { safety: 8, liveness: 3, mutations: 20, published: [14, 15, 16, 18, 19, 20] },
  "8.2": { safety: 8, liveness: 6, mutations: 20, published: [3, 10, 11, 15, 18, 19] },
  "8.3": { safety: 8, liveness: 5, mutations: 16, published: [2, 3, 9, 10, 13, 14, 15] },
  "8.4": { safety: 8, liveness: 4, mutations: 15, published: [4, 6, 7, 8, 10, 11, 12] },
  "8.5": { safety: 7, liveness: 5, mutations: 12, published: [1, 2] },
  "8.6": { safety: 5, liveness: 3, mutations: 16, published: [] },
  "8.7": { safety: 3, liveness: 1, mutations: 5, published: [] },
};

function numbered(
  kind: string,
  count: (section: Section) => number | readonly number[],
): readonly string[] {
  return Object.entries(SECTIONS).flatMap(([name, section]) => {
    const wanted = count(section);
    const numbers =
      typeof wanted === "number" ? Array.from({ length: wanted }, (_, index) => index + 1) : wanted;
    return numbers.map((number) => `${name} ${kind}${number}`);
  });
}

/** `8.1 S1`, …, `8.7 L1`. */
export const PROPERTIES: readonly string[] = [
  ...numbered("S", ({ safety }) => safety),
  ...numbered("L", ({ liveness }) => liveness),
];

/** `8.1 M1`, …, `8.7 M5`. */
export const MUTATIONS: readonly string[] = numbered("M", ({ mutations }) => mutations);

/** The mutations that are also defects of the published code. */
export const PUBLISHED_MUTATIONS: readonly string[] = numbered("M", ({ published }) => published);

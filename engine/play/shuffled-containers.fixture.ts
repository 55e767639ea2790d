/**
 * Runs code in a world in which Map and Set are iterated in an order of chance, to find decisions
 * that depend on the order of a container.
 */
import { createRandom, type Random } from "../schedule/random.ts";

/** Does the work while containers are shuffled; they are as before when it is over. */
export function withShuffledContainers<T>(seed: number, work: () => T): T {
  const random = createRandom(seed);
  const restore = [patch(Map.prototype, "entries", random), patch(Set.prototype, "values", random)];
  try {
    return work();
  } finally {
    for (const each of restore) each();
  }
}

const METHODS = ["entries", "keys", "values", "forEach", Symbol.iterator] as const;
type Patched = Record<(typeof METHODS)[number], unknown>;
type Iterate = (this: unknown) => Iterable<unknown>;

/** `usual`: the method by which a container is iterated if nothing is said. */
function patch(prototype: object, usual: "entries" | "values", random: Random): () => void {
  const target = prototype as Patched;
  const originals = METHODS.map((name) => [name, target[name]] as const);
  const entriesOf = target.entries as Iterate;
  const shuffled = (container: unknown): [unknown, unknown][] =>
    shuffle([...entriesOf.call(container)] as [unknown, unknown][], random);
  const pick = (name: "entries" | "keys" | "values"): Iterate =>
    function iterate() {
      const entries = shuffled(this);
      if (name === "entries") return entries.values();
      return entries.map(([key, value]) => (name === "keys" ? key : value)).values();
    };
  target.entries = pick("entries");
  target.keys = pick("keys");
  target.values = pick("values");
  target[Symbol.iterator] = target[usual];
  target.forEach = function each(this: unknown, visit: (value: unknown, key: unknown) => void) {
    for (const [key, value] of shuffled(this)) visit(value, key);
  };
  return () => {
    for (const [name, method] of originals) target[name] = method;
  };
}

function shuffle<T>(items: T[], random: Random): T[] {
  for (let index = items.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    [items[index], items[other]] = [items[other] as T, items[index] as T];
  }
  return items;
}

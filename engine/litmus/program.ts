/**
 * Programs of memory operations, one for each core: what litmus tests are written in.
 *
 *     x=1   r0=x   mfence   lfence   sfence   r0=xchg(x,1)   r0=cas(x,0,1)   lockinc(x)   inc(x)
 *
 * Registers belong to a core, locations to all. `inc` is a load and a store, so it is two steps;
 * everything else is one.
 */

export type Operation =
  | { readonly kind: "store"; readonly address: number; readonly value: number }
  | { readonly kind: "load"; readonly address: number; readonly register: number }
  | { readonly kind: "mfence" | "lfence" | "sfence" }
  | {
      readonly kind: "exchange";
      readonly address: number;
      readonly value: number;
      readonly register: number;
    }
  | {
      readonly kind: "compare";
      readonly address: number;
      readonly expected: number;
      readonly value: number;
      readonly register: number;
    }
  | { readonly kind: "lockedIncrement"; readonly address: number }
  /** Stores one more than a register holds. */
  | { readonly kind: "storeNext"; readonly address: number; readonly register: number };

export interface Program {
  /** Names of the words, in alphabetical order. */
  readonly locations: readonly string[];
  readonly initial: readonly number[];
  /** Of each core, in program order. */
  readonly cores: readonly (readonly Operation[])[];
  /** Names of the registers of each core that tests speak of; more may be used. */
  readonly registers: readonly (readonly string[])[];
}

const PATTERNS = {
  store: /^([a-z])=(\d+)$/,
  load: /^(r\d)=([a-z])$/,
  exchange: /^(r\d)=xchg\(([a-z]),(\d+)\)$/,
  compare: /^(r\d)=cas\(([a-z]),(\d+),(\d+)\)$/,
  lockedIncrement: /^lockinc\(([a-z])\)$/,
  increment: /^inc\(([a-z])\)$/,
} as const;

/** Reads the text of each core's operations. Throws a SyntaxError with the one that is none. */
export function readProgram(
  texts: readonly (readonly string[])[],
  init: Readonly<Record<string, number>> = {},
): Program {
  const locations = [...new Set([...texts.flat().flatMap(locationOf), ...Object.keys(init)])];
  locations.sort();
  const registers = texts.map((operations) => {
    const named = operations.flatMap((text) => /^(r\d)=/.exec(text)?.[1] ?? []);
    return [...new Set(named)].toSorted();
  });
  const cores = texts.map((operations, core) =>
    operations.flatMap((text) => operationsOf(text, locations, registers[core] ?? [])),
  );
  const initial = locations.map((location) => init[location] ?? 0);
  return { locations, initial, cores, registers };
}

function locationOf(text: string): readonly string[] {
  const { store, load, exchange, compare, lockedIncrement, increment } = PATTERNS;
  const found =
    store.exec(text)?.[1] ??
    lockedIncrement.exec(text)?.[1] ??
    increment.exec(text)?.[1] ??
    (load.exec(text) ?? exchange.exec(text) ?? compare.exec(text))?.[2];
  return found === undefined ? [] : [found];
}

function operationsOf(
  text: string,
  locations: readonly string[],
  registers: readonly string[],
): readonly Operation[] {
  if (text === "mfence" || text === "lfence" || text === "sfence") return [{ kind: text }];
  const address = locations.indexOf(locationOf(text)[0] ?? "");
  const register = registers.indexOf(text.slice(0, 2));
  const [, , , third, fourth] = PATTERNS.compare.exec(text) ?? [];
  const exchanged = PATTERNS.exchange.exec(text)?.[3];
  const stored = PATTERNS.store.exec(text)?.[2];
  if (stored !== undefined) return [{ kind: "store", address, value: Number(stored) }];
  if (PATTERNS.load.test(text)) return [{ kind: "load", address, register }];
  if (exchanged !== undefined) {
    return [{ kind: "exchange", address, register, value: Number(exchanged) }];
  }
  if (third !== undefined && fourth !== undefined) {
    const expected = Number(third);
    return [{ kind: "compare", address, register, expected, value: Number(fourth) }];
  }
  if (PATTERNS.lockedIncrement.test(text)) return [{ kind: "lockedIncrement", address }];
  if (PATTERNS.increment.test(text)) {
    // A register that no test names holds what was read.
    const hidden = registers.length;
    return [
      { kind: "load", address, register: hidden },
      { kind: "storeNext", address, register: hidden },
    ];
  }
  throw new SyntaxError(`${text} is no operation`);
}

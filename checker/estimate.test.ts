/**
 * Foreseeing the size of a search: on curves with a known end, on recorded models, and as it is
 * watched from outside.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSizeMeter, estimateSize, layersOf, type Observation } from "./estimate.ts";
import { RECORDED_SEARCHES } from "./recorded-layers.fixture.ts";

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

/** Layers that grow and shrink as a bell does. */
const bell = (layers: number, peak: number): readonly number[] =>
  Array.from({ length: layers }, (_, index) => {
    const distance = (index - layers / 2) / (layers / 6);
    return Math.ceil(peak * Math.exp(-(distance ** 2) / 2));
  });

test("nothing is said of few layers, of growth, or of a chain", () => {
  expect(estimateSize([])).toBeUndefined();
  expect(estimateSize([1, 5, 9, 5, 1])).toBeUndefined();
  expect(estimateSize([1, 2, 4, 8, 16, 32, 64, 128])).toBeUndefined();
  expect(estimateSize(Array.from({ length: 50 }, () => 7))).toBeUndefined();
  expect(estimateSize(Array.from({ length: 100_000 }, () => 1))).toBeUndefined();
});

test("past its middle, a bell is within the range, and the range closes", () => {
  const layers = bell(60, 10_000);
  const truth = total(layers);
  const widths: number[] = [];
  for (let seen = 34; seen < 60; seen++) {
    const range = estimateSize(layers.slice(0, seen));
    expect(range?.low).toBeLessThanOrEqual(truth);
    expect(range?.high).toBeGreaterThanOrEqual(truth);
    widths.push((range?.high ?? 0) / (range?.low ?? 1));
  }
  expect(widths.at(0)).toBeLessThan(3);
  expect(widths.at(-1)).toBeLessThan(1.01);
});

/** How the ranges fared on a recorded search, one for each layer from which one was given. */
function fare(ranges: readonly { readonly low: number; readonly high: number }[], truth: number) {
  return {
    given: ranges.length,
    held: ranges.filter(({ low, high }) => low <= truth && truth <= high).length,
  };
}

test("on recorded models, from three fifths of the states on, most ranges hold", () => {
  let given = 0;
  let held = 0;
  let firsts = 0;
  for (const { layers } of RECORDED_SEARCHES) {
    const truth = total(layers);
    const ends = layers.map((_, index) => layers.slice(0, index + 1)).slice(0, -1);
    const first = ends.find((seen) => estimateSize(seen) !== undefined) ?? layers;
    firsts += total(first) / truth;
    const result = fare(
      ends.flatMap((seen) => estimateSize(seen) ?? []),
      truth,
    );
    given += result.given;
    held += result.held;
  }
  expect({
    given,
    held,
    first: (firsts / RECORDED_SEARCHES.length).toFixed(2),
  }).toEqual({ given: 189, held: 166, first: "0.62" });
});

/** The search as it is seen after each `step` expansions. */
function observations(layers: readonly number[], step: number): readonly Observation[] {
  const found = layers.map((_, index) => total(layers.slice(0, index + 1)));
  const seen: Observation[] = [{ expanded: 0, states: layers[0] ?? 0 }];
  for (let expanded = step; expanded < total(layers); expanded += step) {
    const depth = found.findIndex((end) => expanded <= end);
    const before = found[depth - 1] ?? 0;
    const part = (expanded - before) / (layers[depth] ?? 1);
    const states = Math.round((found[depth] ?? 0) + part * (layers[depth + 1] ?? 0));
    seen.push({ expanded, states });
  }
  return seen;
}

test("layers are found again from observations of every state", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sizes, (tail) => {
      const layers = [1, ...tail];
      const found = layersOf(observations(layers, 1));
      expect(found).toEqual(layers.slice(0, found.length));
      expect(found.length).toBeGreaterThanOrEqual(layers.length - 1);
    }),
  );
});

test("a search that is watched twenty times is foreseen as well", () => {
  let given = 0;
  let held = 0;
  for (const { layers } of RECORDED_SEARCHES) {
    const truth = total(layers);
    const meter = createSizeMeter();
    const ranges = observations(layers, Math.ceil(truth / 20)).flatMap(({ expanded, states }) => {
      meter.observe({ states, queue: states - expanded });
      return meter.estimate() ?? [];
    });
    const result = fare(ranges, truth);
    given += result.given;
    held += result.held;
  }
  expect({ given, held }).toEqual({ given: 96, held: 87 });
});

test("the range never contradicts what was found, and observations do not pile up", () => {
  const step = fc.record({ more: fc.nat(1000), queue: fc.nat(1000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3000, minLength: 1000 }), (steps) => {
      const meter = createSizeMeter();
      let expanded = 0;
      for (const { more, queue } of steps) {
        expanded += more;
        meter.observe({ states: expanded + queue, queue });
        const range = meter.estimate();
        if (range === undefined) continue;
        expect(range.low).toBeLessThanOrEqual(range.high);
      }
    }),
    { numRuns: 2 },
  );
});

/**
 * The assembler: what it writes is valid, and means what the names say.
 */
import { expect, test } from "vitest";
import {
  block,
  br,
  brIf,
  call,
  encode,
  get,
  i32,
  i64,
  label,
  load32,
  loop,
  type Part,
  set,
  store32,
  unsigned,
  when,
} from "./wasm-code.ts";
import { compileModule, instantiate, validates } from "./wasm-engine.ts";
import { createByteList } from "./wasm-bytes.ts";
import { createModule } from "./wasm-module.ts";

interface Main {
  main(value: number): number;
}

/** Runs a function of one number with a local besides. */
function run(body: Part, argument: number): number {
  const module = createModule();
  const main = module.declare(["i32"], ["i32"]);
  module.define(main, ["i32"], body);
  module.export("main", main);
  const bytes = module.bytes();
  expect(validates(bytes)).toBe(true);
  return (instantiate(compileModule(bytes), {}) as Main).main(argument);
}

test.each([0, 1, 63, 64, -64, -65, 127, 128, 8191, 8192, 2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1])(
  "the constant %d comes out as it went in",
  (value) => {
    expect(run(i32.const(value), 0)).toBe(value | 0);
    expect(run(i32.wrap(i64.const(BigInt(value))), 0)).toBe(value | 0);
  },
);

test.each([
  [0, "00"],
  [127, "7f"],
  [128, "80 01"],
  [624_485, "e5 8e 26"],
  [2 ** 32 - 1, "ff ff ff ff 0f"],
])("unsigned %d is %s", (value, bytes) => {
  expect(
    unsigned(value)
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(" "),
  ).toBe(bytes);
});

test("branches find their blocks from inside others", () => {
  const [outer, inner, again] = [label("outer"), label("inner"), label("again")];
  const sum = block(
    outer,
    loop(
      again,
      block(
        inner,
        when(i32.eqz(get(0)), br(outer), []),
        brIf(inner, i32.and(get(0), i32.const(1))),
        set(1, i32.add(get(1), get(0))),
      ),
      set(0, i32.sub(get(0), i32.const(1))),
      br(again),
    ),
  );
  expect(run([sum, get(1)], 10)).toBe(10 + 8 + 6 + 4 + 2);
});

test("a part can be filled after it was placed", () => {
  const hole: Part[] = [];
  const body = [hole, get(1)];
  hole.push(set(1, get(0)));
  expect(run(body, 5)).toBe(5);
});

test("a branch to a label that encloses nothing is an error", () => {
  expect(() => encode(br(label("nowhere")), createByteList())).toThrow("nowhere");
});

test("memories, globals, imports and calls have the numbers that they were given", () => {
  const module = createModule();
  const twice = module.import("twice", ["i32"], ["i32"]);
  const memories = [module.memory("first", false), module.memory("second", false)];
  const main = module.declare(["i32"], ["i32"]);
  const inner = module.declare(["i32"], ["i32"]);
  module.define(inner, [], call(twice, get(0)));
  module.define(
    main,
    [],
    [
      memories.map((memory) => store32(memory, i32.const(8), 4, i32.const(memory + 1))),
      i32.add(call(inner, get(0)), load32(1, i32.const(12))),
    ],
  );
  module.export("main", main);
  const host = { twice: (value: number) => 2 * value };
  const bytes = module.bytes();
  expect(validates(bytes)).toBe(true);
  expect((instantiate(compileModule(bytes), host) as Main).main(20)).toBe(42);
});

test("mistakes in a module are errors", () => {
  const module = createModule();
  expect(() => module.define(3, [], [])).toThrow("declared");
  module.declare([], []);
  expect(() => module.import("late", [], [])).toThrow("before");
});

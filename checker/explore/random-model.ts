/**
 * Random small Models, for property tests only.
 *
 * Two instances with three modes each, two variables of which one may leave its range, one channel,
 * and transitions made of random guards and effects. Small enough for a naive fixpoint, rich enough
 * to get stuck, to violate, to leave messages unhandled and to fill the channel.
 */
import fc from "fast-check";
import type { Effect, Expr, Model, Transition } from "../../spec/model.ts";
import { on, sketch, step } from "../model-notation.ts";
import {
  add,
  and,
  check,
  choose,
  each,
  id,
  implies,
  inMode,
  type Late,
  lt,
  messages,
  n,
  not,
  or,
  quantified,
  range,
  send,
  set,
  eq,
  v,
  value,
  when,
} from "../term-notation.ts";

const client = id("Client", 2);
const message = messages({ Ping: {}, Open: { c: client } });
const MODES = ["Idle", "Busy", "Done!"];
const LEAF_NAMES = ["Idle", "Busy", "Done"];

const number: fc.Arbitrary<Late<Expr>> = fc.oneof(
  fc.integer({ min: 0, max: 3 }).map(n),
  fc.constantFrom("x", "y").map((name) => v(name)),
  fc.constantFrom("x", "y").map((name) => add(v(name), n(1))),
);

const inSomeMode: fc.Arbitrary<Late<Expr>> = fc
  .tuple(fc.constantFrom("a", "b"), fc.constantFrom(...LEAF_NAMES))
  .map(([instance, mode]) => inMode(instance, mode));

const condition: fc.Arbitrary<Late<Expr>> = fc.letrec<{ condition: Late<Expr> }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    inSomeMode,
    fc.tuple(number, number).map(([left, right]) => lt(left, right)),
    fc.tuple(number, number).map(([left, right]) => eq(left, right)),
    tie("condition").map(not),
    fc.tuple(tie("condition"), tie("condition")).map(([left, right]) => and(left, right)),
    fc.tuple(tie("condition"), tie("condition")).map(([left, right]) => or(left, right)),
    fc.tuple(tie("condition"), tie("condition")).map(([left, right]) => implies(left, right)),
    number.map((bound) => quantified("forall", "q", range(0, 2), lt(v("q"), bound))),
    number.map((bound) => quantified("exists", "q", range(0, 2), lt(v("q"), bound))),
  ),
})).condition;

const effect: fc.Arbitrary<Late<Effect>> = fc.oneof(
  fc.tuple(fc.constantFrom("x", "y"), number).map(([name, to]) => set(name, to)),
  fc.tuple(fc.constantFrom("a", "b"), fc.nat(2)).map(([instance, leaf]) => set(instance, n(leaf))),
  fc.constant(send("ch", "Ping")),
  fc.nat(1).map((c) => send("ch", "Open", value(client, c))),
  condition.map(check),
  fc.tuple(condition, number).map(([guard, to]) => when(guard, [set("y", to)])),
  number.map((to) => each("i", client, [set("y", to)])),
  fc.constant(choose("k", client)),
);

const effects: fc.Arbitrary<Late<Effect>[]> = fc.array(effect, { minLength: 1, maxLength: 3 });

const transition: fc.Arbitrary<Late<Transition>> = fc.oneof(
  fc
    .tuple(fc.constantFrom("a.go", "b.go", "a.run"), condition, effects)
    .map(([name, guard, body]) => step(name, guard, body)),
  fc
    .tuple(fc.constantFrom("Ping", "Open"), condition, effects)
    .map(([kind, guard, body]) => on(`b.${kind}`, "ch", kind, ["c"], guard, body)),
  condition.map((guard) => step("a.crash", guard, [set("a", n(0))], { kind: "fault" })),
);

/** A Model with two invariants `I` and `J` and one goal `G`. */
export const randomModel: fc.Arbitrary<Model> = fc
  .record({
    transitions: fc.array(transition, { minLength: 2, maxLength: 6 }),
    unhandled: condition,
    invariants: fc.tuple(condition, condition),
    goal: condition,
    start: fc.oneof(fc.constant<Late<Effect>[]>([]), effects),
    discipline: fc.constantFrom("fifo" as const, "bag" as const, "mailbox" as const),
    deferred: condition,
  })
  .map((made) =>
    sketch({
      instances: { a: MODES, b: MODES },
      variables: { x: [range(0, 3), 0], y: [range(0, 2, "wrap"), 0] },
      channels: { ch: { of: message, discipline: made.discipline, capacity: 2, to: "b" } },
      start: made.start,
      transitions: made.transitions,
      unhandled: { "ch.Ping": made.unhandled },
      deferred: made.discipline === "mailbox" ? { "ch.Ping": made.deferred } : {},
      invariants: { I: made.invariants[0], J: made.invariants[1] },
      goals: { G: made.goal },
    }),
  );

/** Traces in ITF: how values, names and lassos of a Model are written. */
import { expect, test } from "vitest";
import type { Type, Value } from "../../spec/model.ts";
import { modelOf } from "../libretto-notation.ts";
import type { PathStep } from "../verdict.ts";
import { exportItf, itfValue } from "./itf.ts";

const client: Type = { kind: "id", name: "Client", size: 2, symmetric: true };
const small: Type = { kind: "range", name: undefined, low: 0, high: 3, overflow: "fail" };
const message: Type = {
  kind: "message",
  name: "Req",
  kinds: [
    { name: "Open", fields: [{ name: "c", type: client }] },
    { name: "Ping", fields: [] },
  ],
};

test.each<[string, Type, Value, unknown]>([
  ["a truth value", { kind: "bool" }, true, true],
  ["a number", small, 3, 3],
  ["an id", client, 1, "Client2"],
  ["no value", { kind: "optional", of: client }, null, { "#tup": [] }],
  ["some value", { kind: "optional", of: client }, 0, { "#tup": ["Client1"] }],
  ["a message", message, [0, 1], { "#tup": ["Open", "Client2"] }],
  ["a message without fields", message, [1], { "#tup": ["Ping"] }],
  ["a set", { kind: "set", of: client }, [0, 1], { "#set": ["Client1", "Client2"] }],
  [
    "a map",
    { kind: "map", key: client, value: small },
    [2, 0],
    {
      "#map": [
        ["Client1", 2],
        ["Client2", 0],
      ],
    },
  ],
  ["a list", { kind: "list", of: small, capacity: 3 }, [1, 2], [1, 2]],
  ["a record", { kind: "record", name: "R", fields: [{ name: "n", type: small }] }, [2], { n: 2 }],
  ["a mode that is not active", { kind: "mode", machine: "M", leaves: ["A"] }, null, "inactive"],
  ["a number beyond doubles", { kind: "int" }, 2 ** 60, { "#bigint": "1152921504606846976" }],
])("%s", (_what, type, value, expected) => {
  expect(itfValue(value, type)).toEqual(expected);
});

const model = modelOf(`
module light
machine Light {
  var n : 0..3 = 0
  initial mode Off { step press -> On { n = 1 } }
  mode On { step press -> Off { n = 0 } }
}
system Room { light : Light }
check c of Room { }`);

function path(...states: (readonly Value[])[]): PathStep[] {
  return states.map((state, index) => ({
    transition: index === 0 ? undefined : 0,
    label: index === 0 ? "(initial)" : "light.press",
    choices: [],
    state,
    spans: [],
  }));
}

test("a trace has the variables, and each state the step that led to it", () => {
  const trace = exportItf(model, { steps: path([0, 0], [1, 1]) }, "a run");
  expect(trace.vars).toEqual(["light", "light_n"]);
  expect(trace.states).toEqual([
    { "#meta": { index: 0, action: "(initial)" }, light: "Off", light_n: 0 },
    { "#meta": { index: 1, action: "light.press" }, light: "On", light_n: 1 },
  ]);
  expect(trace["#meta"]["format"]).toBe("ITF");
  expect("loop" in trace).toBe(false);
});

test("a lasso names where it goes on, and leaves out the state that closes it", () => {
  const steps = path([0, 0], [1, 1], [0, 0]);
  const trace = exportItf(model, { steps, loop: { start: 0 } }, "a lasso");
  expect([trace.loop, trace.states.length]).toEqual([0, 2]);
});

test("a run that stays where it is goes on in its last state", () => {
  const steps = path([0, 0], [1, 1]);
  const trace = exportItf(model, { steps, loop: { start: 1 } }, "a stutter");
  expect([trace.loop, trace.states.length]).toEqual([1, 2]);
});

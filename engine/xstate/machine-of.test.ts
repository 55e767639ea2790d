import { createMachine, getNextTransitions } from "xstate";
import { describe, expect, test } from "vitest";
import { modelOf } from "../../checker/libretto-notation.ts";
import { createModelSystem } from "../play/model-system.ts";
import { referenceSource } from "../play/reference-source.fixture.ts";
import { configOf, type MachineConfig, machineFrom } from "./machine-of.ts";
import { playerText } from "./player.fixture.ts";
import { Disagreement, withMachines } from "./system-of.ts";

const LAMP = `module lamp
machine Lamp {
  var n : 0..3 = 0
  initial mode Off { step press if n < 3 -> On { n += 1 } }
  mode On { step press -> Off }
  final mode Broken { }
  fault burn from On -> Broken
}
system Room { lamp : Lamp }
check c of Room { faults lamp.burn <= 1 }
`;

test("a machine is data: modes are states, rules are transitions with the Model's numbers", () => {
  const model = modelOf(LAMP);
  const numberOf = (event: string, rule: string): number =>
    model.transitions.findIndex(
      ({ name, rules }) =>
        name === `lamp.${event}` && model.rules[rules[0] ?? -1]?.text.startsWith(rule),
    );
  const move = (event: string, rule: string, to: string): object => {
    const params = { transition: numberOf(event, rule) };
    const text = model.rules[model.transitions[params.transition]?.rules[0] ?? -1]?.text;
    return {
      guard: { type: "transition", params },
      target: [`#lamp.${to}`],
      reenter: true,
      actions: [{ type: "effects", params }],
      description: text,
    };
  };
  expect(configOf(model, 0)).toEqual({
    id: "lamp",
    description: "Lamp of Room",
    initial: "Off",
    states: {
      Off: { on: { press: [move("press", "Lamp.Off", "On")] } },
      On: {
        on: {
          press: [move("press", "Lamp.On", "Off")],
          burn: [move("burn", "Lamp", "Broken")],
        },
      },
      Broken: { tags: ["final"] },
    },
  });
});

const player = modelOf(playerText("fifo(2)"));

test("a leaf that holds regions is a parallel state", () => {
  const { states } = configOf(player, 0);
  expect(states?.["On"]).toMatchObject({
    type: "parallel",
    states: {
      Sound: { initial: "Quiet", states: { Quiet: {}, Loud: { states: { Low: {}, High: {} } } } },
      Light: { initial: "Dark", states: { Dark: {}, Bright: {} } },
    },
  });
});

test("what can happen in all modes of a mode stands there, once", () => {
  const on = configOf(player, 0).states?.["On"];
  expect(Object.keys(on?.on ?? {})).toContain("jolt");
  expect(on?.on?.["jolt"]?.map(({ target }) => target)).toEqual([
    ["#player.On.Sound.Loud.Low", "#player.On.Light.Dark"],
  ]);
});

test("branches of a thread have one transition each", () => {
  const model = modelOf(`module t
machine Memory { shared var x : 0..2 = 0 }
thread Worker { var r : 0..2 = 0
  A: { r = mem.x } if r > 1 then A else C
  B: { r = 0 }
  C: { mem.x = 2 } then A }
system S { worker : Worker  mem : Memory }
check c of S { }
`);
  const instance = model.instances.findIndex(({ name }) => name === "worker");
  const ways = configOf(model, instance).states?.["A"]?.on?.["A"] ?? [];
  expect(ways.map(({ guard, target }) => [guard.type, guard.params.to, target])).toEqual([
    ["branch", ["A"], ["#worker.A"]],
    ["branch", ["C"], ["#worker.C"]],
  ]);
});

test("the data survives being printed and read, and other programs accept it", () => {
  const config = configOf(player, 0);
  const back = JSON.parse(JSON.stringify(config)) as MachineConfig;
  expect(back).toEqual(config);
  const machine = createMachine(back as object);
  const first = machine.resolveState({ value: "Off", context: {} });
  expect(getNextTransitions(first).map(({ eventType }) => eventType)).toContain("Press");
});

describe("a wrong machine is noticed", () => {
  const source = referenceSource(modelOf(LAMP));
  const tampered = (change: (text: string) => string): MachineConfig =>
    JSON.parse(change(JSON.stringify(configOf(source.model, 0)))) as MachineConfig;

  test("one that goes elsewhere", () => {
    const wrong = machineFrom(tampered((text) => text.replace("#lamp.On", "#lamp.Broken")));
    const system = createModelSystem(withMachines(source, [0], [wrong]));
    expect(() => system.choices()).toThrow(Disagreement);
    expect(() => system.choices()).toThrow(
      "After `lamp.press` machine `lamp` is in `Broken`; the Model says `On`",
    );
  });

  test("one that does not take an event has no such step", () => {
    const wrong = machineFrom(tampered((text) => text.replace('"press"', '"push"')));
    expect(createModelSystem(withMachines(source, [0], [wrong])).choices()).toEqual([]);
  });
});

/**
 * What a channel fault can do, on formulas: the twin of `reference/channel-faults.ts`.
 *
 * A strike counts only where its result differs from what waits and from the results of the strikes
 * before it, as in the reference: results that equal each other are one.
 */
import type { Channel, Transition } from "../../spec/model.ts";
import type { Formula, Formulas } from "./formula.ts";
import { put } from "./symbolic-effects.ts";
import { insertAt, takeAt } from "./symbolic-lists.ts";
import { cut, type Runs, type SymbolicRun, type SymbolicSetting, when } from "./symbolic-run.ts";
import { elementAt, equalSymbolic, type SymbolicList } from "./symbolic.ts";

interface Strike {
  readonly there: Formula;
  readonly messages: SymbolicList;
  readonly text: string;
}

/** Every way in which the fault strikes its channel. */
export function channelFaultRuns(
  transition: Transition,
  run: SymbolicRun,
  setting: SymbolicSetting,
): Runs {
  const { f } = setting;
  const { model } = setting.layout;
  const channel = model.channels[transition.subject ?? -1];
  const list = run.state[channel?.slot ?? -1];
  if (channel === undefined || list?.shape !== "list") return [];
  const strikes = list.elements.flatMap((_, position) =>
    strikesAt(transition, channel, list, position, f),
  );
  return strikes.flatMap(({ there, messages, text }, index) => {
    const repeats = strikes
      .slice(0, index)
      .map((other) => f.and(other.there, equalSymbolic(other.messages, messages, f)));
    const changes = f.not(f.or(equalSymbolic(messages, list, f), ...repeats));
    const state = run.state.with(channel.slot, messages);
    const struck = { ...run, state, remarks: [...run.remarks, text] };
    return when(f.and(there, changes), struck, f);
  });
}

function strikesAt(
  transition: Transition,
  channel: Channel,
  list: SymbolicList,
  position: number,
  f: Formulas,
): readonly Strike[] {
  const waits = f.lt(f.number(position), list.length);
  const struck = elementAt(list, position);
  switch (transition.kind) {
    case "lossy":
      return [{ there: waits, messages: takeAt(list, position, f), text: ` [${position}]` }];
    case "duplicating": {
      const room = f.lt(list.length, f.number(channel.capacity));
      const longer =
        channel.discipline === "bag"
          ? put(list, struck, "bag", f)
          : insertAt(list, position, struck, f);
      const messages = cut(longer, channel.capacity);
      return [{ there: f.and(waits, room), messages, text: ` [${position}]` }];
    }
    case "reordering": {
      // A bag has no order that could change.
      if (channel.discipline === "bag") return [];
      const reach = Math.min(position, transition.distance ?? 0);
      return Array.from({ length: reach }, (_, passed) => {
        const to = position - 1 - passed;
        const messages = insertAt(takeAt(list, position, f), to, struck, f);
        const same = { ...messages, elements: messages.elements.slice(0, list.elements.length) };
        return { there: waits, messages: same, text: ` [${position} to ${to}]` };
      });
    }
    default:
      return [];
  }
}

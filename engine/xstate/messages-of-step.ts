/**
 * Which message a step took and which it sent, read off the queues before and after it.
 *
 * The label of a reception says what was received; of equal messages it does not matter which. What
 * a queue has more afterwards was sent: in a fifo or mailbox it is at the end, in a bag it is what
 * was not there before.
 */
import type { Channel, Model, Transition, Value } from "../../spec/model.ts";
import { parts, printValue } from "../../spec/values.ts";
import { type Plain, plainFields } from "./plain-value.ts";

/** A message as a machine that is written by hand gives it. */
export interface Sent {
  /** As the Model calls it: `rep[Client1]`. */
  readonly channel: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, Plain>>;
}

/** The message that a step with this label took; undefined when it took none. */
export function receivedBy(
  model: Model,
  { name, trigger }: Transition,
  label: string,
  values: readonly Value[],
): Value | undefined {
  const channel = trigger === undefined ? undefined : model.channels[trigger.channel];
  if (channel === undefined || channel.message.kind !== "message") return undefined;
  const { kinds } = channel.message;
  return parts(values[channel.slot] ?? null).find((message) => {
    const [kind, ...fields] = parts(message);
    if (kind !== trigger?.kind) return false;
    const types = kinds[Number(kind)]?.fields ?? [];
    const printed = fields.map((field, index) => {
      const type = types[index]?.type;
      return type === undefined ? "" : printValue(field, type);
    });
    const begin = printed.length === 0 ? name : `${name}(${printed.join(", ")})`;
    return label === begin || label.startsWith(`${begin} `);
  });
}

/** A message of a channel by the names of its parts. */
export function plainMessage({ name, message: type }: Channel, message: Value): Sent {
  const [kind, ...fields] = parts(message);
  const known = type.kind === "message" ? type.kinds[Number(kind)] : undefined;
  return {
    channel: name,
    message: known?.name ?? "",
    fields: plainFields(fields, known?.fields ?? []),
  };
}

/** What was sent, channel by channel; `taken` is the message that was received, and where. */
export function sentBy(
  model: Model,
  before: readonly Value[],
  after: readonly Value[],
  taken: { readonly channel: number; readonly message: Value } | undefined,
): readonly Sent[] {
  return model.channels.flatMap((channel, index) => {
    const left = [...parts(before[channel.slot] ?? null)];
    if (taken?.channel === index) drop(left, taken.message);
    const right = [...parts(after[channel.slot] ?? null)];
    if (channel.discipline === "bag") {
      for (const message of left) drop(right, message);
    } else {
      right.splice(0, left.length);
    }
    return right.map((message) => plainMessage(channel, message));
  });
}

function drop(messages: Value[], message: Value): void {
  const text = JSON.stringify(message);
  const index = messages.findIndex((one) => JSON.stringify(one) === text);
  if (index >= 0) messages.splice(index, 1);
}

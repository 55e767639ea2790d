/**
 * Records a run of a deployment: plays it once more, which is the same run for the same seed, and
 * writes down what happens.
 */
import { createHash } from "node:crypto";
import { traceHeader, type TraceHeader } from "../engine/record/header.ts";
import { compressed, createLineWriter } from "../engine/record/jsonl.ts";
import { createTrace, type Trace } from "../engine/record/trace.ts";
import { beginPlay, play, type Played, type PlayOptions } from "../engine/play/player.ts";
import type { TraceNames } from "../engine/play/run-trace.ts";
import type { StepSource } from "../spec/step-source.ts";
import { captureBytes, eventLog } from "../engine/traffic/recording.ts";
import type { Deployment } from "../spec/deployment.ts";
import type { SourceFile } from "../spec/source.ts";
import { toolVersion } from "./installation.ts";
import { type RecordingForm, wholeTrace } from "./recording-forms.ts";

/** Events of the Model between two parts of a file. */
const EVENTS_PER_PART = 20_000;
/** Events of the trace that are kept until they are written: more than one part has. */
const RING = 2 ** 20;

export interface Recordable<State> {
  readonly deployment: Deployment;
  readonly source: StepSource<State>;
  readonly options: PlayOptions;
  /** The run, when it was played first. */
  readonly played: Played<State>;
  /** Name of the check whose settings it has. */
  readonly check: string | undefined;
  readonly sources: ReadonlyMap<string, SourceFile>;
}

/** The content of a file, in parts. */
export function* recordRun<State>(
  form: RecordingForm,
  recordable: Recordable<State>,
): Generator<string | Uint8Array> {
  const { deployment, source, options } = recordable;
  switch (form) {
    case "capture":
      yield captureBytes(play(deployment, source, { ...options, capture: true })) ?? "";
      return;
    case "events":
      // The capture goes on until a silence speaks for itself, and so does the log beside it.
      yield eventLog(play(deployment, source, { ...options, capture: true })) ?? "";
      return;
    case "perfetto":
    case "shiviz": {
      const { trace, made } = tracer(recordable, {});
      play(deployment, source, { ...options, trace });
      yield wholeTrace(form, made());
      return;
    }
    case "lines":
    case "compressed": {
      const { trace, made } = tracer(recordable, { ring: RING });
      const advance = beginPlay(deployment, source, { ...options, trace });
      const writer = createLineWriter(made());
      for (let isOver = false; !isOver; ) {
        isOver = advance(EVENTS_PER_PART) !== undefined;
        const text = writer.next();
        yield form === "lines" ? text : compressed(text);
      }
    }
  }
}

function tracer<State>(
  recordable: Recordable<State>,
  size: { readonly ring?: number },
): { readonly trace: (names: TraceNames) => Trace; readonly made: () => Trace } {
  let trace: Trace | undefined;
  return {
    trace(names) {
      trace = createTrace(headerOf(recordable, names), size);
      return trace;
    },
    made() {
      if (trace === undefined) throw new RangeError("Nothing was played");
      return trace;
    },
  };
}

function headerOf<State>(
  { deployment, played, check, sources }: Recordable<State>,
  names: TraceNames,
): TraceHeader {
  const { model, name, hardware, plan, duration } = deployment;
  const { draws } = played;
  return traceHeader({
    engine: toolVersion(),
    scenario: hashOf(sources),
    subject: { file: model.file, system: model.system, deployment: name, check: check ?? null },
    seed: played.seed,
    memory: model.memory,
    cores: hardware.cores,
    schedule: { kind: "timed", scheduler: hardware.scheduler, duration },
    plan: plan.map(({ trigger, action, name: step }) => {
      const { from, to } = trigger;
      return { when: trigger.kind, from, to, action, step };
    }),
    draws: draws === undefined ? {} : { ...draws, link: { ...draws.link } },
    outcome: {
      ended: played.ended,
      wrong: played.wrong.filter((name) => !played.failures.includes(name)),
      failed: played.failures,
    },
    ...names,
  });
}

/** Of all texts of a specification: who has another hash has another specification. */
export function hashOf(sources: ReadonlyMap<string, SourceFile>): string {
  const hash = createHash("sha256");
  for (const path of [...sources.keys()].toSorted()) {
    hash.update(JSON.stringify([path, sources.get(path)?.text]));
  }
  return hash.digest("hex");
}

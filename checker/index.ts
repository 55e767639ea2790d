/**
 * The public face of checking: from Models and recordings to verdicts.
 *
 *     Model ──checkModel──► CheckVerdict ──its counterexamples──► replay
 *     log, Recording ──judgeRecording──► RecordingVerdict
 *     Model ──stepSourceOf──► StepSource, with which `rehearsal/engine` plays it
 *
 * A verdict is plain, versioned data, and carries the evidence on which it rests.
 */
export { type CheckOptions, checkModel } from "./check.ts";
export { type JudgeOptions, judgeRecording, type RecordingInput } from "./recordings/judge.ts";
export { type Replay, replay } from "./replay.ts";
export { stepSourceOf } from "./simulate/step-source.ts";
export { type CheckVerdict, type RecordingVerdict, VERDICT_VERSION } from "./verdict.ts";

/**
 * Cases become rows: each is run by pan, by hand where there is a hand-written form, and by the
 * engines that were asked for, in turns, with equal counts.
 *
 * The size of a row is not known before it runs, and pan's table wants to be as large as the model,
 * so each row begins with one run of the first engine that is not measured.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../explore-once.ts";
import { byHandContender } from "./by-hand.ts";
import { output } from "./child.ts";
import { exportedPromela } from "./exported.ts";
import { type EngineName, REFERENCE_STATES_MAX } from "./engines.ts";
import { panContender, type PromelaSource } from "./pan.ts";
import { type Contender, contest, type Result, type Sample } from "./sample.ts";
import { type Case, nameOf } from "./suite.ts";

const EXPLORE_ONCE = join(import.meta.dirname, "..", "explore-once.ts");
/** The reference explorer keeps its states on the JavaScript heap. */
const HEAP_MIB = 12_000;
/** Doubles hold every count exactly. */
const DIGITS = 15;
/** A variable that an export declares as no part of the state. */
const HIDDEN = /^hidden /m;

/** Programs that a run may use; those that are not installed are left out. */
export interface Peers {
  readonly spin: boolean;
  readonly gcc: boolean;
}

export interface Row {
  readonly name: string;
  readonly states: number;
  readonly transitions: number;
  readonly results: readonly Result[];
  /** Contenders that could not be run, and why. */
  readonly missing: readonly { readonly name: string; readonly why: string }[];
}

/** Runs `explore-once.ts` in a process of its own. */
export async function runOnce(...args: readonly string[]): Promise<Report> {
  const heap = `--max-old-space-size=${HEAP_MIB}`;
  return JSON.parse(await output(process.execPath, [heap, EXPLORE_ONCE, ...args])) as Report;
}

function engineContender(engine: EngineName, { file, check }: Case): Contender {
  const run = async (): Promise<Sample> => runOnce("explore", engine, file, check);
  return { name: engine, digits: DIGITS, run };
}

/** Measures one case. Throws when the counts of two contenders differ. */
export async function measureCase(
  each: Case,
  engines: readonly EngineName[],
  peers: Peers,
  runs: number,
): Promise<Row> {
  const name = nameOf(each);
  const [first] = engines;
  if (first === undefined) throw new Error("no engine to measure");
  const { states, transitions } = await runOnce("explore", first, each.file, each.check);
  const scratch = mkdtempSync(join(tmpdir(), "rehearsal-bench-"));
  try {
    const { contenders, missing } = await opponents(each, peers, states, scratch);
    for (const engine of engines) {
      if (engine === "reference" && states > REFERENCE_STATES_MAX) {
        missing.push({ name: engine, why: `more than ${REFERENCE_STATES_MAX} states` });
      } else contenders.push(engineContender(engine, each));
    }
    const results = await contest(name, contenders, runs);
    return { name, states, transitions, results, missing };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function opponents(
  each: Case,
  peers: Peers,
  states: number,
  scratch: string,
): Promise<{ contenders: Contender[]; missing: { name: string; why: string }[] }> {
  const contenders: Contender[] = [];
  const missing: { name: string; why: string }[] = [];
  const source = promelaOf(each);
  if (!peers.spin || !peers.gcc) missing.push({ name: "pan", why: "Spin or gcc is not installed" });
  else if ("why" in source) missing.push({ name: "pan", why: source.why });
  else {
    contenders.push(await panContender(source, "dfs", states, scratch));
    if ("text" in source && HIDDEN.test(source.text)) {
      missing.push({
        name: "pan-bfs",
        why: "pan has no breadth-first search with hidden variables",
      });
    } else contenders.push(await panContender(source, "bfs", states, scratch));
  }
  if (each.byHand !== undefined && peers.gcc) {
    contenders.push(await byHandContender(each.byHand, scratch));
  }
  return { contenders, missing };
}

/** The Promela form of a case, or why there is none. */
function promelaOf({ file, check, twin }: Case): PromelaSource | { readonly why: string } {
  return twin === "export" ? exportedPromela(file, check) : twin;
}

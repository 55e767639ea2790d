/**
 * One measured run in a process of its own: `checker.ts` starts it, so that no run finds warm code
 * or grown memory of another.
 *
 *     node bench/explore-once.ts explore ENGINE FILE CHECK
 *     node bench/explore-once.ts check   ENGINE FILE CHECK [PROPERTY]
 *
 * `explore` times the search alone, with all that it compiles first; reading and lowering the text
 * are outside. `check` times the whole verdict, of one property when it is named. Prints JSON.
 */
import { checkModel } from "../checker/check.ts";
import { engineNamed, isEngineName } from "./checker/engines.ts";
import { loadMeasured } from "./load-model.ts";

const KIBIBYTE = 1024;

/** What a run prints. */
export interface Report {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly accountedBytes: number | undefined;
  /** Of `check`: the outcome of the property that was named. */
  readonly outcome: string | undefined;
  /** Of `check`: steps of its counterexample. */
  readonly steps: number | undefined;
}

const [task, engine = "", file = "", check = "", property] = process.argv.slice(2);
const explore = isEngineName(engine) ? engineNamed(engine) : undefined;
if (explore === undefined) throw new Error(`there is no engine ${engine}`);
const { model, sources } = loadMeasured(file, check);
const options = { budget: model.budget, signal: undefined, onProgress: undefined, sources };

/** Falling back to the reference would measure something else than the row says. */
function requireCompiled(notCompiled: string | undefined): void {
  if (notCompiled !== undefined) throw new Error(`${check} is not compiled: ${notCompiled}`);
}

async function exploreOnce(): Promise<Omit<Report, "peakBytes">> {
  const began = performance.now();
  const found = await explore?.(model, options);
  const seconds = (performance.now() - began) / 1000;
  if (found === undefined || found.stopped !== undefined) throw new Error("the search was cut");
  requireCompiled(found.explorer.notCompiled);
  const { states, transitions, bytes } = found;
  const rest = { outcome: undefined, steps: undefined };
  return { states, transitions, seconds, accountedBytes: bytes, ...rest };
}

async function checkOnce(): Promise<Omit<Report, "peakBytes">> {
  const asked = property === undefined ? model : { ...model, only: [property] };
  const began = performance.now();
  const verdict = await checkModel(asked, options, explore);
  const seconds = (performance.now() - began) / 1000;
  const judged = verdict.properties.find(({ name }) => name === property);
  const steps = judged?.counterexample?.steps.length;
  const { states, transitions, explorer } = verdict.statistics;
  requireCompiled(explorer.notCompiled);
  const rest = { outcome: judged?.outcome, steps };
  return { states, transitions, seconds, accountedBytes: undefined, ...rest };
}

const run = task === "check" ? await checkOnce() : await exploreOnce();
const peakBytes = process.resourceUsage().maxRSS * KIBIBYTE;
process.stdout.write(`${JSON.stringify({ ...run, peakBytes } satisfies Report)}\n`);

/**
 * `npm run bench:calibration`: figures of the engine beside those of the LibrettOS paper (Nikolaev,
 * Sung and Ravindran, VEE 2020), from the deployments of `bench/models/calibration.libretto`.
 *
 *     direct, indirect   half a round trip of 256 KB            figure 7a
 *     outage             from the crash of the server to the next answer, by parts     figure 13
 *
 * Virtual time only: the figures are the same on every machine. docs/calibration.md explains them.
 */
import { join } from "node:path";
import { loadFiles } from "../cli/load.ts";
import { stepSourceOf } from "../checker/simulate/step-source.ts";
import { play, type Played } from "../engine/index.ts";

const ROOT = join(import.meta.dirname, "..");
const FILE = "bench/models/calibration.libretto";
const EVENTS_MAX = 1_000_000;
const MESSAGE_SEEDS = 20;
const OUTAGE_SEEDS = 200;
const MICROSECOND = 1e3;
const SECOND = 1e9;

const { deployments } = loadFiles([FILE], ROOT);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function playSeeds(name: string, seeds: number): readonly Played[] {
  const deployment = deployments.find((one) => one.name === name);
  if (deployment === undefined) throw new Error(`${FILE} has no deployment ${name}`);
  const source = stepSourceOf(deployment.model);
  return Array.from({ length: seeds }, (_, index) =>
    play(deployment, source, { seed: index + 1, events: EVENTS_MAX }),
  );
}

/** `shortest mean longest`, in some unit. */
function spread(values: readonly number[], unit: number): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [Math.min(...values), mean, Math.max(...values)]
    .map((value) => (value / unit).toFixed(unit === SECOND ? 2 : 1).padStart(8))
    .join("");
}

function printMessage(name: string, title: string, paper: number): void {
  // The longest wait of a run is that of a message that met no other.
  const halves = playSeeds(name, MESSAGE_SEEDS).map(({ connections }) => {
    return (connections[0]?.silence ?? 0) / 2;
  });
  const mean = halves.reduce((sum, value) => sum + value, 0) / halves.length / MICROSECOND;
  const off = ((mean / paper - 1) * 100).toFixed(1);
  print(`${title.padEnd(34)}${spread(halves, MICROSECOND)} us   paper ${paper} us  ${off} %`);
}

/** Nanoseconds of each part of an outage; undefined: there was none. */
function partsOf(played: Played): readonly number[] | undefined {
  const events = played.events();
  const crash = events.findIndex(({ label }) => label === "server.crash");
  const timeOf = (label: RegExp): number | undefined =>
    events.slice(Math.max(0, crash)).find((event) => label.test(event.label))?.time;
  const times = [/^server\.crash/, /^server\.destroy/, /^server\.create/, /^server\.list/].map(
    timeOf,
  );
  const back = timeOf(/^server\.map/);
  const silence = played.connections[0]?.silence ?? 0;
  const [crashed, destroyed, created, listed] = times;
  if (crash === -1 || crashed === undefined || back === undefined) return undefined;
  if (destroyed === undefined || created === undefined || listed === undefined) return undefined;
  return [
    destroyed - crashed,
    created - destroyed,
    listed - created,
    back - listed,
    Math.max(0, crashed + silence - back),
    silence,
  ];
}

print("                                  shortest    mean longest");
printMessage("direct", "256 KB, own function", 282);
printMessage("indirect", "256 KB, through the server", 326);
const outages = playSeeds("outage", OUTAGE_SEEDS).flatMap((played) => {
  const parts = partsOf(played);
  return parts === undefined ? [] : [parts];
});
const NAMES = [
  "outage: until it is destroyed",
  "        its domain boots",
  "        its link comes up",
  "        applications reconnect",
  "        the client's next try",
  "        all of it",
];
for (const [index, name] of NAMES.entries()) {
  const values = outages.map((parts) => parts[index] ?? 0);
  const paper = index === NAMES.length - 1 ? "   paper 10 to 14 s" : "";
  print(`${name.padEnd(34)}${spread(values, SECOND)} s${paper}`);
}

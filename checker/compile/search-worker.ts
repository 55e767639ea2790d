/**
 * The thread of one worker of a search: does what the coordinator (`workers.ts`) asks for, and
 * answers with what it has. While it searches it hears of the coordinator by shared memory only.
 */
import { parentPort, workerData } from "node:worker_threads";
import {
  createWorkerSearch,
  type Sighting,
  type WorkerStart,
  type WorkerState,
} from "./worker-search.ts";

export type WorkerRequest =
  | { readonly ask: "add"; readonly states: readonly Uint32Array[] }
  | { readonly ask: "run" };

export type WorkerAnswer =
  | { readonly tell: "sightings"; readonly sightings: readonly Sighting[] }
  | { readonly tell: "rest"; readonly state: WorkerState };

const port = parentPort;
if (port === null) throw new Error("This file is the thread of a worker");

const answer = (told: WorkerAnswer): void => port.postMessage(told);
const search = createWorkerSearch(workerData as WorkerStart, (sightings) =>
  answer({ tell: "sightings", sightings }),
);

port.on("message", (request: WorkerRequest) => {
  if (request.ask === "add") search.add(request.states);
  else search.run();
  answer({ tell: "rest", state: search.state() });
});

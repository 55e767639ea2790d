/**
 * The thread of a helper in a search by several workers: it does what the leader (`workers.ts`)
 * gives it to do. Both speak by shared memory; only sightings are sent.
 */
import { type MessagePort, workerData } from "node:worker_threads";
import { controlOf, type SharedControl } from "./worker-control.ts";
import { createWorkerSearch, type Shared, type Sighting } from "./worker-search.ts";
import { fillRecent } from "./wasm-store.ts";

/** What a thread is started with. */
export interface HelperStart extends Shared {
  readonly me: number;
  readonly control: SharedControl;
  /** Most states of all workers together. */
  readonly states: number;
  /** A state that is known. */
  readonly known: Uint32Array;
  /** Where sightings are sent to. */
  readonly port: MessagePort;
}

export type Told = readonly Sighting[];

const start = workerData as HelperStart;
const { me, port } = start;
const control = controlOf(start.control);
try {
  help();
} catch (error) {
  // The leader waits for nobody then, and learns by the error what has happened.
  control.set("failed", 1);
  throw error;
}

function help(): void {
  const limits = { states: start.states, bytes: 0 };
  const search = createWorkerSearch(start, me, control, limits, () => {
    while (control.awaitTask(me, "crowded") === "place") place();
  });
  fillRecent(search.store, start.known);
  let isNew = true;
  let resting: "idle" | "crowded" = "idle";
  for (;;) {
    const task = control.awaitTask(me, resting);
    if (task === "end") return;
    if (task === "place") {
      place();
      continue;
    }
    search.refresh();
    if (isNew) search.openLayer();
    const outcome = search.work(() => false);
    isNew = outcome === "done";
    resting = outcome === "crowded" ? "crowded" : "idle";
    const sightings = search.takeSightings();
    if (sightings.length === 0) continue;
    control.setCount(me, "posted", control.count(me, "posted") + 1);
    port.postMessage(sightings satisfies Told);
  }

  function place(): void {
    search.refresh();
    search.place();
  }
}

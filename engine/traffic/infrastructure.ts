/**
 * The log of the infrastructure: when servers were down, and when applications changed their path.
 *
 *     path of a server closes, an application has none left,   ──► server.kill
 *     and that was no step of the application's own
 *     the first path of a server opens                         ──► server.ready
 *     application's first open path is another one             ──► switch.request … switch.done
 *     application closes its last path itself                  ──► switch.request, done when it has
 *                                                                  announced itself, or opens it
 *                                                                  again
 *
 * The recordings in models/recordings have events of the same names: there `kill` is what was done
 * to the network server, `ready` what it says once it forwards, and a switch lasts from the request
 * until the announcement was sent. A Model has no such words, only steps and states. So a server is
 * down from the step on that leaves somebody without a path while none of the servers' paths is
 * open: a crash, the stop before an upgrade, a driver that fails. It is ready when it lets frames
 * through again.
 *
 * Instances of the server are counted as it becomes ready. Several servers of a deployment are one
 * here, since the log specification knows one at a time; switches of several applications at one
 * time are one switch, from the first request until the last is done. A crash of the application
 * itself is no event: nothing here makes its connections survive, or excuses that they do not.
 */
import type { Deployment } from "../../spec/deployment.ts";
import { EPOCH } from "./capture.ts";
import { firstOpen, isOpen, type Openness } from "./openness.ts";

export interface InfrastructureEvent {
  /** Nanoseconds since the start of the run. */
  readonly time: number;
  readonly event: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface Infrastructure {
  readonly deployment: Deployment;
  readonly events: InfrastructureEvent[];
  /** Of the server: how often it was ready, and whether it is. */
  instance: number;
  isReady: boolean;
  /** Of each application: the path that it used last; is it changing that? */
  readonly used: (number | undefined)[];
  readonly switching: boolean[];
}

export function createInfrastructure(deployment: Deployment): Infrastructure {
  return {
    deployment,
    events: [],
    instance: 0,
    isReady: false,
    used: deployment.traffic.map(() => undefined),
    switching: deployment.traffic.map(() => false),
  };
}

/** Paths have opened or closed by a step of an instance; undefined: of none. */
export function noteChange(
  one: Infrastructure,
  time: number,
  [before, after]: readonly [before: Openness, after: Openness],
  actor: number | undefined,
): void {
  const { deployment, used, switching } = one;
  noteServer(one, time, [before, after], actor);
  for (const app of deployment.traffic.keys()) {
    const path = firstOpen(after[app] ?? 0);
    const had = firstOpen(before[app] ?? 0);
    if (path === undefined) {
      if (had !== undefined && isOwn(deployment, app, actor)) beginSwitch(one, time, app);
    } else if (used[app] === undefined || path === used[app]) {
      if (switching[app] === true) endSwitch(one, time, app);
    } else {
      beginSwitch(one, time, app);
    }
    used[app] = path ?? used[app];
  }
}

/** An application has sent its announcement. */
export function noteAnnouncement(
  one: Infrastructure,
  time: number,
  app: number,
  mac: string,
): void {
  write(one, time, "switch.garp_sent", { app: nameOf(one, app), mac });
  endSwitch(one, time, app);
}

function noteServer(
  one: Infrastructure,
  time: number,
  [before, after]: readonly [before: Openness, after: Openness],
  actor: number | undefined,
): void {
  const { deployment, isReady } = one;
  const served = isServed(deployment, after);
  const bereft = deployment.traffic.some(
    (_, app) =>
      firstOpen(before[app] ?? 0) !== undefined &&
      firstOpen(after[app] ?? 0) === undefined &&
      !isOwn(deployment, app, actor),
  );
  if (isReady && !served && bereft) {
    one.isReady = false;
    write(one, time, "server.kill", { instance: one.instance });
  } else if (!isReady && served) {
    one.isReady = true;
    one.instance++;
    write(one, time, "server.ready", { instance: one.instance });
  }
}

/** Is a path of any server open? */
function isServed({ traffic }: Deployment, openness: Openness): boolean {
  return traffic.some(({ paths }, app) =>
    paths.some(({ server }, path) => server !== undefined && isOpen(openness[app] ?? 0, path)),
  );
}

/** Is the instance in the domain of the application? */
function isOwn({ traffic, domains }: Deployment, app: number, actor: number | undefined): boolean {
  const home = traffic[app]?.instance ?? -1;
  if (actor === undefined) return false;
  return domains.some(({ instances }) => instances.includes(home) && instances.includes(actor));
}

function beginSwitch(one: Infrastructure, time: number, app: number): void {
  const { switching } = one;
  if (switching[app] === true) return;
  if (!switching.includes(true)) write(one, time, "switch.request", { app: nameOf(one, app) });
  switching[app] = true;
}

function endSwitch(one: Infrastructure, time: number, app: number): void {
  const { switching } = one;
  switching[app] = false;
  if (!switching.includes(true)) write(one, time, "switch.done", { app: nameOf(one, app) });
}

function nameOf({ deployment }: Infrastructure, app: number): string {
  return deployment.traffic[app]?.name ?? "";
}

function write(
  { events }: Infrastructure,
  time: number,
  event: string,
  attributes: InfrastructureEvent["attributes"],
): void {
  events.push({ time, event, attributes });
}

/** The log as JSON lines, one event each, on the clock of the capture. */
export function linesOf(events: readonly InfrastructureEvent[]): string {
  return events
    .map(({ time, event, attributes }) => {
      const stamp = String(EPOCH + BigInt(time));
      return `${JSON.stringify({ ts_ns: stamp, src: "engine", ev: event, ...attributes })}\n`;
    })
    .join("");
}

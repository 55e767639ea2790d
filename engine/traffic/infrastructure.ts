/**
 * The log of the infrastructure: when servers were down, and when applications changed their path.
 *
 *     path of a server closes, an application has none left,   ──► server.kill
 *     and that was no step of the application's own
 *     the first path of a server opens                         ──► server.ready
 *     application's first open path is another one             ──► switch.request … switch.done
 *     application closes its last path itself                  ──► switch.request, done when it has
 *                                                                  announced itself, or opens it again
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
  readonly events: readonly InfrastructureEvent[];
  /** The Model has taken a step of an instance; undefined: of none, or it is the beginning. */
  change(time: number, before: Openness, after: Openness, instance: number | undefined): void;
  /** An application has sent its announcement. */
  announced(time: number, application: number, mac: string): void;
}

export function createInfrastructure({ traffic, domains }: Deployment): Infrastructure {
  const events: InfrastructureEvent[] = [];
  let instance = 0;
  let isReady = false;
  /** Of each application: the path that it used last; is it changing that? */
  const used: (number | undefined)[] = traffic.map(() => undefined);
  const switching = traffic.map(() => false);

  const write = (
    time: number,
    event: string,
    attributes: InfrastructureEvent["attributes"] = {},
  ): void => {
    events.push({ time, event, attributes });
  };
  const isServed = (openness: Openness): boolean =>
    traffic.some(({ paths }, one) =>
      paths.some(({ server }, path) => server !== undefined && isOpen(openness[one] ?? 0, path)),
    );
  const isOwn = (one: number, actor: number | undefined): boolean => {
    const home = traffic[one]?.instance ?? -1;
    return (
      actor !== undefined &&
      (actor === home ||
        domains.some(({ instances }) => instances.includes(home) && instances.includes(actor)))
    );
  };
  const begin = (time: number, one: number): void => {
    if (switching[one] === true) return;
    if (!switching.includes(true)) write(time, "switch.request", { app: traffic[one]?.name ?? "" });
    switching[one] = true;
  };
  const end = (time: number, one: number): void => {
    if (switching[one] !== true) return;
    switching[one] = false;
    if (!switching.includes(true)) write(time, "switch.done", { app: traffic[one]?.name ?? "" });
  };
  return {
    events,
    change(time, before, after, actor) {
      const served = isServed(after);
      const bereft = traffic.some(
        (_, one) =>
          firstOpen(before[one] ?? 0) !== undefined &&
          firstOpen(after[one] ?? 0) === undefined &&
          !isOwn(one, actor),
      );
      if (isReady && !served && bereft) {
        isReady = false;
        write(time, "server.kill", { instance });
      } else if (!isReady && served) {
        isReady = true;
        instance++;
        write(time, "server.ready", { instance });
      }
      for (const one of traffic.keys()) {
        const path = firstOpen(after[one] ?? 0);
        const had = firstOpen(before[one] ?? 0);
        if (path === undefined) {
          if (had !== undefined && isOwn(one, actor)) begin(time, one);
        } else if (used[one] === undefined || path === used[one]) {
          end(time, one);
        } else {
          begin(time, one);
        }
        used[one] = path ?? used[one];
      }
    },
    announced(time, application, mac) {
      write(time, "switch.garp_sent", { app: traffic[application]?.name ?? "", mac });
      end(time, application);
    },
  };
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

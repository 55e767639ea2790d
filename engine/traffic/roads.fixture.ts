/**
 * A deployment with connections, for tests: three applications behind a server that can crash, boot
 * and refuse, each with a function of its own to which it can switch.
 *
 *     server   Up ──crash──► Down ──boot──► Booting ──ready──► Up        refuses: while Booting
 *     app      Indirect ──attach──► Direct ──leave──► Indirect           or detach, a pause, attach
 */
import { stepSourceOf } from "../../checker/simulate/step-source.ts";
import type { Condition, Deployment, Link, Traffic } from "../../spec/deployment.ts";
import { deploymentOf } from "../play/deployments.fixture.ts";
import { play, type Played } from "../play/player.ts";

const TEXT = `module roads
enum Name { Name1, Name2, Name3 }
machine Server {
  initial mode Up { step idle -> Up }
  mode Down { step boot -> Booting }
  mode Booting { step ready -> Up }
  fault crash from Up -> Down
}
machine App {
  initial mode Indirect { step detach -> Between  step move -> Direct }
  mode Between { step attach -> Direct  step back -> Indirect }
  mode Direct { step leave -> Indirect }
}
system Roads {
  server : Server
  app[a: Name] : App
  invariant Served1 : server in Up and app[Name1] in Indirect
  invariant Served2 : server in Up and app[Name2] in Indirect
  invariant Served3 : server in Up and app[Name3] in Indirect
  invariant Own1 : app[Name1] in Direct
  invariant Own2 : app[Name2] in Direct
  invariant Own3 : app[Name3] in Direct
  invariant Refuses : server in Booting
}
deployment roads of Roads {
  hardware {
    cores 4
    nic { vfs 3 }
    link { delay 20us  loss LOSS%  duplication DUP%  reordering REO% }
  }
  domain netserver on core 0 { server }
  domain one on core 1 { app[Name1] }
  domain two on core 2 { app[Name2] }
  domain three on core 3 { app[Name3] }
  PLAN
  at 90000s do server.boot  at 90000s do server.ready  at 90000s do server.idle
  at 90000s do app[Name1].detach  at 90000s do app[Name1].move  at 90000s do app[Name1].leave
  at 90000s do app[Name1].attach  at 90000s do app[Name1].back
  at 90000s do app[Name2].detach  at 90000s do app[Name2].move  at 90000s do app[Name2].leave
  at 90000s do app[Name2].attach  at 90000s do app[Name2].back
  at 90000s do app[Name3].detach  at 90000s do app[Name3].move  at 90000s do app[Name3].leave
  at 90000s do app[Name3].attach  at 90000s do app[Name3].back
  run 99999s
}
`;

export interface Roads {
  readonly plan: readonly string[];
  readonly seconds: number;
  /** Percents: loss, duplication, reordering. */
  readonly link?: readonly [loss: number, duplication: number, reordering: number];
  /** Connections, from the first on. */
  readonly connections?: number;
  readonly bytes?: number;
  readonly every?: number;
  readonly delay?: number;
}

const MILLISECOND = 1_000_000;

export function roadsOf(roads: Roads): Deployment {
  const { plan, seconds, link = [0, 0, 0], connections = 1, bytes = 100 } = roads;
  const every = roads.every ?? 200 * MILLISECOND;
  const [loss, duplication, reordering] = link.map(String);
  const text = TEXT.replace("LOSS", loss ?? "")
    .replace("DUP", duplication ?? "")
    .replace("REO", reordering ?? "")
    .replace("PLAN", plan.join("\n  "));
  const deployment = deploymentOf(text);
  const condition = (name: string): Condition => {
    const found = deployment.model.invariants.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return { expr: found.condition, locals: found.locals };
  };
  const traffic = Array.from({ length: connections }, (_, index): Traffic => {
    const name = `app[Name${index + 1}]`;
    return {
      name,
      property: undefined,
      instance: deployment.model.instances.findIndex((one) => one.name === name),
      every,
      bytes,
      paths: [
        { server: "netserver", open: condition(`Served${index + 1}`) },
        { server: undefined, open: condition(`Own${index + 1}`) },
      ],
      refused: condition("Refuses"),
      span: deployment.span,
    };
  });
  const given: Link = deployment.hardware.link;
  const hardware = {
    ...deployment.hardware,
    link: { ...given, delay: roads.delay ?? given.delay },
  };
  return { ...deployment, hardware, traffic, duration: seconds * 1000 * MILLISECOND };
}

export const IGNORED: readonly string[] = [
  "Served1",
  "Served2",
  "Served3",
  "Own1",
  "Own2",
  "Own3",
  "Refuses",
];

export function playRoads(deployment: Deployment, seed: number, capture = false): Played {
  const source = stepSourceOf(deployment.model);
  return play(deployment, source, { seed, events: 10_000_000, ignored: IGNORED, capture });
}

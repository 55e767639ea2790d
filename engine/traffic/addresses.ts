/**
 * Who is in the network of a deployment, and where.
 *
 *     peer 1 ┐                                ┌ function of the server ── rings ── application 1
 *     peer 2 ┼── link ── switch (port 0) ─────┤                                ╲── application 2
 *     …      ┘                     port 1 + f └ own function of application 1 ──── application 1
 *
 * Each connection of the deployment has a peer and an application of its own, with an IP address
 * each. An application keeps its IP address whichever way its frames go; the MAC address is that of
 * the function of the NIC through which they go.
 */
import type { Deployment } from "../../spec/deployment.ts";
import type { Mac, Station } from "../network/frames.ts";

export interface NicFunction {
  /** Of its interface in captures. */
  readonly name: string;
  readonly mac: Mac;
  /** The domain that drives it for others; undefined: an application drives it for itself. */
  readonly server: string | undefined;
}

export interface Place extends Station {
  readonly port: number;
}

export interface Addresses {
  readonly functions: readonly NicFunction[];
  /** Of each connection: the function of each of its paths, as an index. */
  readonly paths: readonly (readonly number[])[];
  /** Of each connection; their MAC address is that of no function. */
  readonly applications: readonly Place[];
  readonly peers: readonly Place[];
}

/** Locally administered addresses, as the shipped captures have them. */
const PEERS: Mac = 0x02_00_00_00_00_02;
const SERVERS: Mac = 0x02_00_00_00_05_00;
const OWN: Mac = 0x02_00_00_00_0a_01;
const PEER_IP = 0x0a_00_00_02;
const APPLICATION_IP = 0x0a_00_01_02;
const PORT = 80;
/** Of the first connection of a peer; later ones count on. */
export const PEER_PORT = 41_001;

export function addressesOf({ traffic, domains, model }: Deployment): Addresses {
  const functions: NicFunction[] = [];
  const numbers = new Map<string, number>();
  const functionOf = (key: string, make: () => NicFunction): number => {
    const known = numbers.get(key) ?? functions.push(make()) - 1;
    numbers.set(key, known);
    return known;
  };
  let servers = 0;
  let owned = 0;
  const paths = traffic.map(({ paths, instance }) =>
    paths.map(({ server }) => {
      if (server !== undefined) {
        const make = (): NicFunction => ({ name: server, mac: SERVERS + servers++, server });
        return functionOf(`server ${server}`, make);
      }
      const home = domains.find(({ instances }) => instances.includes(instance))?.name;
      const name = `${home ?? model.instances[instance]?.name ?? ""}.function`;
      return functionOf(`own ${name}`, () => ({ name, mac: OWN + owned++, server: undefined }));
    }),
  );
  return {
    functions,
    paths,
    applications: traffic.map((_, index) => ({ mac: 0, ip: APPLICATION_IP + index, port: PORT })),
    peers: traffic.map((_, index) => ({
      mac: PEERS + index,
      ip: PEER_IP + index,
      port: PEER_PORT,
    })),
  };
}

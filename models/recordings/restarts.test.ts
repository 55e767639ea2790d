/**
 * What the shipped log says about restarts of the network server that no shipped recording shows.
 *
 * Every test is a small recording in the notation of `scenario.fixture.ts`.
 */
import { describe, expect, test } from "vitest";
import { outcomes } from "./scenario.fixture.ts";

const LOGGED = "0 @server.start instance=1";
const OUTAGE = `${LOGGED}
  2 @server.kill instance=1
  2.01 @server.exit instance=1
  4 @server.ready instance=2`;

describe("a restart of the network server", () => {
  test("is survived by a connection that answers afterwards", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        2.1 C send
        2.3 C retry
        2.7 C retry
        5.1 C retry
        5.101 C reply
        9 C ask`),
    ).toEqual(["C kept"]);
  });

  test("is survived when back-off puts the resumption off", async () => {
    expect(
      await outcomes(`${LOGGED}
        2 @server.kill instance=1
        10 @server.ready instance=2
        0.5 C open
        1 C ask
        2.1 C send
        2.3 C retry
        2.7 C retry
        3.5 C retry
        5.1 C retry
        8.3 C retry
        14.7 C retry
        14.701 C reply`),
    ).toEqual(["C kept"]);
  });

  test("loses a connection that the new server resets", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        4.1 C send
        4.101 S>C RST
        9 C2 open`),
    ).toEqual(["C lost server-restart", "C2 kept"]);
  });

  test("loses an idle connection that a later request finds forgotten", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        30 C send
        30.001 S>C RST`),
    ).toEqual(["C lost server-restart"]);
  });

  test("leaves open what is never used again", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        0.6 C2 open
        8 C2 ask`),
    ).toEqual(["C inconclusive", "C2 kept"]);
  });

  test("leaves open what has not resumed when the recording ends soon", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        2.1 C send
        2.3 C retry
        2.7 C retry
        3.5 C retry
        4.5 C2 open
        4.6 C2 ask`),
    ).toEqual(["C inconclusive", "C2 kept"]);
  });

  test("loses a connection whose client has given up", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        2.1 C send
        2.3 C retry
        2.7 C retry
        3.5 C retry
        4.2 C2 open
        30 C2 ask`),
    ).toEqual(["C lost server-restart", "C2 kept"]);
  });

  test("loses a connection whose client answers a late answer with RST", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        1.9 C send
        2.3 C retry
        4.5 S>C DATA 50
        4.501 C>S RST
        5 C2 open`),
    ).toEqual(["C lost server-restart", "C2 kept"]);
  });

  test("does not lose what is closed during or after it", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        5 C close
        0.6 C2 open
        1.1 C2 ask
        2.5 C2>S FIN
        2.7 C2>S FIN seq=21
        5.1 C2>S FIN seq=21
        5.101 S>C2 FIN
        5.102 C2>S ACK`),
    ).toEqual(["C kept", "C2 kept"]);
  });

  test("does not lose what an application aborts", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        3 C>S RSTACK
        6 C2 open
        6.1 C2 ask
        7 S>C2 RSTACK`),
    ).toEqual(["C kept", "C2 kept"]);
  });

  test("is over when the new instance is ready, whatever is said of the old one", async () => {
    const text = `${LOGGED}
      0.1 @server.ready instance=1
      2 @server.kill instance=1
      2.5 @server.ready instance=2
      2.6 @server.exit instance=1
      0.5 C open
      1 C ask`;
    expect(await outcomes(`${text}\n4 C ask`)).toEqual(["C kept"]);
    expect(await outcomes(`${text}\n4 C2 open\n4.1 C2 ask`)).toEqual(["C inconclusive", "C2 kept"]);
  });

  test("is none when another instance is ready before the old one goes", async () => {
    expect(
      await outcomes(`${LOGGED}
        0.1 @server.ready instance=1
        0.5 C open
        1 C ask
        2 @server.ready instance=2
        2.5 @server.kill instance=1
        5 C2 open
        6 C2 ask`),
    ).toEqual(["C kept", "C2 kept"]);
  });

  test("is to blame for what gave up before a later switch", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        2.1 C send
        2.3 C retry
        2.7 C retry
        20 @switch.request
        20.1 @switch.done
        21 C2 open
        30 C2 ask`),
    ).toEqual(["C lost server-restart", "C2 kept"]);
  });

  test("loses a request that has arrived and is never answered", async () => {
    const text = `${OUTAGE}
      0.5 C open
      1 C ask
      1.99 C send
      1.995 S>C ACK`;
    expect(await outcomes(`${text}\n6 C2 open\n40 C2 ask`)).toEqual([
      "C lost server-restart",
      "C2 kept",
    ]);
    expect(await outcomes(`${text}\n6 C2 open\n7 C2 ask`)).toEqual(["C inconclusive", "C2 kept"]);
  });

  test("loses a client that has ended its stream and waits for an answer", async () => {
    const text = `${OUTAGE}
      0.5 C open
      1 C ask
      1.99 C send
      1.991 C>S FIN`;
    expect(await outcomes(`${text}\n4.1 C>S DATA 20 seq=21\n4.101 S>C RST`)).toEqual([
      "C lost server-restart",
    ]);
    expect(
      await outcomes(`${text}\n4.1 C>S DATA 20 seq=21\n4.101 C reply\n4.2 S>C FIN\n4.201 C>S ACK`),
    ).toEqual(["C kept"]);
  });

  test("does not count attempts that never succeeded", async () => {
    expect(
      await outcomes(`${OUTAGE}
        2.5 C>S SYN
        3.5 C>S SYN
        2.6 C2>S SYN
        4.6 C2>S SYN
        4.601 S>C2 RSTACK seq=0
        2.7 C3>S SYN
        4.7 C3>S SYN
        4.701 S>C3 SYNACK
        4.702 C3>S RST seq=1`),
    ).toEqual([]);
  });
});

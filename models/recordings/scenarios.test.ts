/**
 * What the shipped log says about situations that no shipped recording shows.
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
const SWITCH = `${LOGGED}
  2 @switch.request frm=indirect to=direct
  2.03 @switch.done frm=indirect to=direct`;

describe("a paced answer that stops", () => {
  const BURSTS = `
    0.5 C open
    0.6 C send
    0.601 C push
    0.7 C push
    1.5 C push
    2.3 C push
    3.1 C push`;

  test("is lost when it stops in its rhythm at a window and never goes on", async () => {
    expect(
      await outcomes(`${BURSTS}
        ${LOGGED}
        3.3 @server.kill instance=1
        3.9 @server.ready instance=2
        5 C2 open
        16 C2 ask`),
    ).toEqual(["C lost server-restart", "C2 kept"]);
  });

  test("is open when the recording does not go on for long", async () => {
    expect(
      await outcomes(`${BURSTS}
        ${LOGGED}
        3.3 @server.kill instance=1
        3.9 @server.ready instance=2
        5 C2 open
        5.5 C2 ask`),
    ).toEqual(["C inconclusive", "C2 kept"]);
  });

  test("is not blamed on a window long after it", async () => {
    expect(
      await outcomes(`${BURSTS}
        ${LOGGED}
        20 @server.kill instance=1
        21 @server.ready instance=2
        25 C2 open
        60 C2 ask`),
    ).toEqual(["C inconclusive", "C2 kept"]);
  });

  test("goes on after the retransmissions that the window put off", async () => {
    expect(
      await outcomes(`${BURSTS}
        ${LOGGED}
        3.3 @server.kill instance=1
        3.9 @server.ready instance=2
        5.2 C push
        6 C push
        16 C2 open`),
    ).toEqual(["C kept", "C2 kept"]);
  });
});

describe("a mode switch", () => {
  test("is survived by a connection that answers afterwards", async () => {
    expect(await outcomes(`${SWITCH}\n0.5 C open\n1 C ask\n2.5 C ask`)).toEqual(["C kept"]);
  });

  test("loses a client that talks to a dead address until it gives up", async () => {
    expect(
      await outcomes(`${SWITCH}
        0.5 C open
        1 C ask
        2.1 C send
        2.3 C retry
        2.7 C retry
        3.5 C retry
        5.1 C retry
        7 C2 open
        40 C2 ask`),
    ).toEqual(["C lost mode-switch", "C2 kept"]);
  });

  test("keeps a client that finds the new address in time", async () => {
    expect(
      await outcomes(`${SWITCH}
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

  test("loses what the application's stack resets while it switches", async () => {
    expect(
      await outcomes(`${SWITCH}\n0.5 C open\n1 C ask\n2.01 S>C RSTACK\n3 C2 open\n3.5 C2 ask`),
    ).toEqual(["C lost mode-switch", "C2 kept"]);
  });

  test("after a restart takes the blame when nothing came through in between", async () => {
    const text = `${OUTAGE}
      0.5 C open
      1 C ask
      6 @switch.request
      6.1 @switch.done`;
    expect(await outcomes(`${text}\n8 C send\n8.001 S>C RST`)).toEqual(["C lost mode-switch"]);
    expect(await outcomes(`${text}\n5 C send\n5.001 S>C RST`)).toEqual(["C lost server-restart"]);
    expect(await outcomes(`${text}\n5 C ask\n8 C ask`)).toEqual(["C kept"]);
  });

  test("of several windows the last one before the loss is its cause", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        5 C ask
        6 @server.kill instance=2
        7 @server.ready instance=3
        7.1 C send
        7.101 S>C RST
        0.6 C2 open
        4.1 C2 send
        4.101 S>C2 RST`),
    ).toEqual(["C lost server-restart", "C2 lost server-restart"]);
  });
});

describe("an application that is killed", () => {
  const KILL = `${LOGGED}
    0 @app.start pid=7 server=10.0.0.10:80
    2 @app.kill pids=[7]
    2.01 @app.exit pids=[7]
    4 @app.start pid=8 server=10.0.0.10:80`;

  test("loses connections that its kernel closes", async () => {
    expect(
      await outcomes(`${KILL}
        0.5 C open
        1 C ask
        2.005 C sclose
        0.6 C2 open
        1.9 C2 send
        2.005 S>C2 RSTACK
        0.7 C3 open
        1.1 C3 ask
        1.5 C3 close
        5 C4 open
        5.1 C4 ask
        5.2 C4 sclose`),
    ).toEqual(["C lost app-kill", "C2 lost app-kill", "C3 kept", "C4 kept"]);
  });

  test("loses connections whose end is noticed later", async () => {
    expect(await outcomes(`${KILL}\n0.5 C open\n1 C ask\n5 C send\n5.001 S>C RST`)).toEqual([
      "C lost app-kill",
    ]);
  });

  test("does not lose connections of another application", async () => {
    expect(
      await outcomes(`${LOGGED}
        0 @app.start pid=7 server=10.0.0.10:80
        0 @app.start pid=9 server=10.0.0.10:7007
        2 @app.kill pids=[9]
        4 @app.start pid=10 server=10.0.0.10:7007
        0.5 C open
        1 C ask
        2.005 C sclose`),
    ).toEqual(["C kept"]);
  });

  test("loses connections when nobody knows whom the killed process served", async () => {
    expect(
      await outcomes(`${LOGGED}
        0 @app.start pid=7 server=10.0.0.10:80
        2 @app.kill pids=[12]
        0.5 C open
        1 C ask
        2.005 C sclose`),
    ).toEqual(["C lost app-kill"]);
  });

  test("is not the same as one that quits or reloads", async () => {
    expect(
      await outcomes(`${LOGGED}
        0 @app.start pid=7 server=10.0.0.10:80
        2 @app.reload pid=7
        3 @app.quit pid=7
        3.5 @app.exit pids=[7]
        0.5 C open
        1 C ask
        2.005 C sclose
        0.6 C2 open
        1.1 C2 ask
        3.01 C2 sclose`),
    ).toEqual(["C kept", "C2 kept"]);
  });
});

describe("an end without any window", () => {
  test("names the side that has forgotten the connection", async () => {
    expect(
      await outcomes(`${LOGGED}
        0.5 C open
        1 C ask
        2 C send
        2.001 S>C RST
        0.6 C2 open
        1.1 C2 ask
        3 S>C2 DATA 50
        3.001 C2>S RST`),
    ).toEqual(["C lost app-state-dropped", "C2 lost client-state-dropped"]);
  });

  test("after a window that was survived is not its fault", async () => {
    expect(
      await outcomes(`${OUTAGE}\n0.5 C open\n1 C ask\n6 C ask\n9 C send\n9.001 S>C RST`),
    ).toEqual(["C lost app-state-dropped"]);
  });

  test("has no known cause without an event log", async () => {
    expect(
      await outcomes(`
        0.5 C open
        1 C ask
        2 C send
        2.001 S>C RST
        0.6 C2 open
        1.1 C2 send
        3 C2 sclose
        0.7 C3 open
        1.2 C3 ask
        4 C3 close`),
    ).toEqual(["C lost otherwise", "C2 inconclusive", "C3 kept"]);
  });

  test("is a timeout when probes of an idle connection are not answered", async () => {
    expect(
      await outcomes(`${OUTAGE}
        0.5 C open
        1 C ask
        2.5 C>S ACK seq=20
        2.7 C>S ACK seq=20
        2.9 C>S ACK seq=20
        3.1 C>S RSTACK`),
    ).toEqual(["C lost server-restart"]);
  });

  test("is no loss when a straggler is answered after both sides have closed", async () => {
    expect(
      await outcomes(`${LOGGED}\n0.5 C open\n1 C ask\n2 C sclose\n2.1 C>S ACK\n2.101 S>C RST`),
    ).toEqual(["C kept"]);
  });
});

test("ports that are used again are two connections", async () => {
  expect(
    await outcomes(`${OUTAGE}
      0.5 C open
      1 C ask
      4.1 C send
      4.101 S>C RST
      6 C>S SYN isn=90000
      6.001 S>C SYNACK isn=70000
      6.002 C>S ACK
      6.1 C>S DATA 20
      6.101 S>C DATA 50
      6.102 C>S ACK`),
  ).toEqual(["C lost server-restart", "C #2 kept"]);
});

test("what happens after the end of the capture is not judged", async () => {
  expect(
    await outcomes(`${LOGGED}
      0.5 C open
      1 C ask
      6 @capture.stop
      6.1 @server.kill instance=1`),
  ).toEqual(["C kept"]);
});

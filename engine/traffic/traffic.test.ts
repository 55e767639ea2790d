/**
 * Connections over restarts and switches: what becomes of them, and how the shipped log
 * specification judges their captures.
 */
import { expect, test } from "vitest";
import { BROADCAST } from "../network/frames.ts";
import { calledFrames, type CalledFrame } from "./capture.ts";
import { judgeRun } from "./judged-run.fixture.ts";
import { captureBytes, captureInterfaces, eventLog } from "./recording.ts";
import { IGNORED, playRoads, roadsOf } from "./roads.fixture.ts";
import { beginPlay, type Played } from "../play/player.ts";
import { stepSourceOf } from "../../checker/simulate/step-source.ts";

const SECOND = 1_000_000_000;
const FAILURE = "connection of app[Name1] lost";
const CRASH = ["at 5s fault server.crash", "at 14990ms do server.boot", "at 15s do server.ready"];

const eventsOf = (played: Played): readonly string[] =>
  (eventLog(played) ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { readonly ev: string }).ev);

function framesAt(played: Played, name: string): readonly CalledFrame[] {
  const capture = played.recording?.capture;
  return capture === undefined ? [] : calledFrames(capture, [name]);
}

test("requests are answered at every beat", async () => {
  const played = playRoads(roadsOf({ plan: [], seconds: 5, connections: 3 }), 1, true);
  expect(played.wrong).toEqual([]);
  for (const { state, requests, answers, retransmissions, silence } of played.connections) {
    expect([state, retransmissions, answers]).toEqual(["open", 0, requests]);
    expect(requests).toBeGreaterThan(20);
    expect(silence).toBeLessThan(200_000);
  }
  expect(captureInterfaces(played).slice(0, 2)).toEqual(["peers", "netserver"]);
  // Nothing has happened to it, so it proves nothing.
  expect((await judgeRun(played)).result).toBe("inconclusive");
});

test("a connection outlives a crash of ten seconds", async () => {
  const played = playRoads(roadsOf({ plan: CRASH, seconds: 40 }), 1, true);
  const [connection] = played.connections;
  expect([played.wrong, connection?.state]).toEqual([[], "open"]);
  // The timer has backed off beyond the end of the outage.
  expect(connection?.silence).toBeGreaterThan(10 * SECOND);
  expect(connection?.silence).toBeLessThan(13 * SECOND);
  expect(eventsOf(played)).toEqual([
    "app.start",
    "capture.start",
    "server.ready",
    "server.kill",
    "server.ready",
    "capture.stop",
  ]);
  expect((await judgeRun(played)).result).toBe("holds");
  expect((await judgeRun(played, ["peers"])).result).toBe("holds");
});

/** Seconds since the first transmission at which a segment was sent again, at an interface. */
function ladder(played: Played, name: string): readonly number[] {
  const frames = framesAt(played, name).filter(({ direction }) => direction === "out");
  const first = frames.findIndex(({ label }) => label === "timeout");
  const segmentOf = ({ packet }: CalledFrame) =>
    packet.kind === "tcp" ? packet.segment.sequence : -1;
  const again = frames[first];
  if (again === undefined) return [];
  const same = frames.filter(
    (one) =>
      segmentOf(one) === segmentOf(again) && (one.label === "new" || one.label === "timeout"),
  );
  const begin = same[0]?.time ?? 0;
  return same.slice(1).map(({ time }) => (time - begin) / SECOND);
}

test("a Linux peer tries again after 0.2, 0.6, 1.4 and 3 seconds", () => {
  const played = playRoads(roadsOf({ plan: CRASH, seconds: 40 }), 1, true);
  expect(ladder(played, "peers")).toEqual([0.2, 0.6, 1.4, 3, 6.2, 12.6]);
});

test("a NetBSD application tries again after about 1, 3, 7 and 15 seconds, in ticks", () => {
  // The crash falls between a request and its answer, which then waits in the application.
  const calm = playRoads(roadsOf({ plan: [], seconds: 6 }), 1, true);
  const answer = framesAt(calm, "app[Name1]").find(
    ({ time, direction, label }) => time > 5 * SECOND && direction === "out" && label === "new",
  );
  const crash = Math.round(((answer?.time ?? 0) - 1_000) / 1_000);
  const plan = [
    `at ${crash}us fault server.crash`,
    "at 20s do server.boot",
    "at 20500ms do server.ready",
  ];
  const unrefused = roadsOf({ plan, seconds: 60 });
  const traffic = unrefused.traffic.map((one) => ({ ...one, refused: undefined }));
  const played = playRoads({ ...unrefused, traffic }, 1, true);
  const steps = ladder(played, "app[Name1]");
  expect(steps.length).toBeGreaterThan(3);
  for (const [index, wanted] of [1, 3, 7, 15].entries()) {
    expect(steps[index]).toBeGreaterThanOrEqual(wanted);
    expect(steps[index]).toBeLessThan(wanted + 0.5);
  }
  expect(played.connections[0]?.state).toBe("open");
});

test("a server that refuses what it does not know loses the connection", async () => {
  const plan = ["at 5s fault server.crash", "at 6s do server.boot", "at 15s do server.ready"];
  const played = playRoads(roadsOf({ plan, seconds: 40 }), 1, true);
  expect(played.wrong).toEqual([FAILURE]);
  expect(played.connections[0]?.lost).toMatchObject({ side: "peer", reason: "reset by netserver" });
  expect(played.time).toBeLessThan(15 * SECOND);
  const verdict = await judgeRun(played);
  expect(verdict.result).toBe("violated");
  expect(verdict.connections.map(({ outcome, cause }) => [outcome, cause])).toEqual([
    ["lost", "server-restart"],
  ]);
});

test("a server that never comes back loses the connection after 924.6 seconds", async () => {
  const plan = ["at 5s fault server.crash"];
  const played = playRoads(roadsOf({ plan, seconds: 1500 }), 1, true);
  const [connection] = played.connections;
  expect(played.wrong).toEqual([FAILURE]);
  expect(connection?.lost?.reason).toBe("given up after 15 retransmissions");
  expect(connection?.silence).toBe(924.6 * SECOND);
  expect((await judgeRun(played)).result).toBe("violated");
  // Without a capture the run is the same.
  const plain = playRoads(roadsOf({ plan, seconds: 1500 }), 1);
  expect([plain.time, plain.connections]).toEqual([played.time, played.connections]);
});

test("a switch is announced once, on the new interface, and the peer follows", async () => {
  const plan = ["at 5s do app[Name1].move", "at 10s do app[Name1].leave"];
  const played = playRoads(roadsOf({ plan, seconds: 15 }), 1, true);
  expect(played.wrong).toEqual([]);
  const own = captureInterfaces(played)[2] ?? "";
  expect(own).toBe("one.function");
  const announcements = (name: string): readonly number[] =>
    framesAt(played, name).flatMap(({ label, time }) => (label === "announcement" ? [time] : []));
  expect(announcements(own).map((time) => Math.floor(time / SECOND))).toEqual([5]);
  expect(announcements("netserver").map((time) => Math.floor(time / SECOND))).toEqual([10]);
  expect(announcements("peers").length).toBe(2);
  for (const name of [own, "netserver"]) {
    const times = framesAt(played, name).flatMap(({ packet, time, direction }) =>
      packet.kind === "tcp" && direction === "in" ? [time / SECOND] : [],
    );
    const during = times.filter((time) => time > 5 && time < 10);
    expect(during.length).toBe(name === own ? times.length : 0);
    expect(times.length).toBeGreaterThan(40);
  }
  expect(eventsOf(played).filter((event) => event.startsWith("switch."))).toEqual(
    Array.from({ length: 2 }, () => ["switch.request", "switch.garp_sent", "switch.done"]).flat(),
  );
  expect((await judgeRun(played)).result).toBe("holds");
});

test("a peer that has not heard the announcement doubts the address, asks there, then all", () => {
  const bad = roadsOf({ plan: ["at 5s do app[Name1].move"], seconds: 150, link: [30, 0, 0] });
  const deployment = { ...bad, heal: 5 * SECOND + 1_000_000 };
  const runs = Array.from({ length: 20 }, (_, seed) => playRoads(deployment, seed, true));
  const deaf = runs.find(
    (run) =>
      run.connections[0]?.state === "open" &&
      framesAt(run, "peers").every(({ label }) => label !== "announcement"),
  );
  if (deaf === undefined) throw new Error("every announcement was heard");
  expect(framesAt(deaf, "one.function")[0]?.label).toBe("announcement");
  const requests = framesAt(deaf, "peers").flatMap(({ time, label, packet }) =>
    label === "request" && time > 5 * SECOND ? [[time, packet.to === BROADCAST] as const] : [],
  );
  expect(requests.map(([, isBroadcast]) => isBroadcast)).toEqual([false, false, false, true]);
  const [doubted = 0, second, third] = requests.map(([time]) => time);
  expect([second, third]).toEqual([doubted + SECOND, doubted + 2 * SECOND]);
  expect(doubted).toBeGreaterThan((5 + 15) * SECOND);
  expect(doubted).toBeLessThan((5 + 45 + 5) * SECOND + 64 * SECOND);
  const { connections, wrong } = deaf;
  expect([wrong, connections[0]?.state]).toEqual([[], "open"]);
  expect(framesAt(deaf, "one.function").at(-1)?.time).toBeGreaterThan(140 * SECOND);
});

test("a pause between two paths is a switch, not an outage of the server", async () => {
  const plan = ["at 5s do app[Name1].detach", "at 8s do app[Name1].attach"];
  const played = playRoads(roadsOf({ plan, seconds: 20, connections: 2 }), 1, true);
  expect(played.wrong).toEqual([]);
  expect(eventsOf(played)).not.toContain("server.kill");
  expect(played.connections[0]?.silence).toBeGreaterThan(3 * SECOND);
  expect(played.connections[1]?.silence).toBeLessThan(SECOND);
  expect((await judgeRun(played)).result).toBe("holds");
});

test("after the heal the link is perfect", () => {
  const bad = roadsOf({ plan: [], seconds: 60, link: [20, 10, 10], connections: 3 });
  const played = playRoads({ ...bad, heal: 30 * SECOND }, 1, true);
  const again = framesAt(played, "peers").filter(({ label }) => label === "timeout");
  const last = Math.max(...again.map(({ time }) => time));
  expect(again.length).toBeGreaterThan(10);
  expect(last).toBeLessThan(40 * SECOND);
});

test("the same seed gives the same bytes, and traffic leaves the Model's run as it is", () => {
  const deployment = roadsOf({ plan: CRASH, seconds: 20, link: [5, 5, 5], connections: 3 });
  const [one, same, other] = [7, 7, 8].map((seed) => playRoads(deployment, seed, true));
  if (one === undefined || same === undefined || other === undefined) throw new Error("no runs");
  expect(captureBytes(same)).toEqual(captureBytes(one));
  expect(eventLog(same)).toBe(eventLog(one));
  expect(captureBytes(other)).not.toEqual(captureBytes(one));
  const without = playRoads({ ...deployment, traffic: [] }, 7);
  expect(without.events()).toEqual(one.events());
  expect([without.connections, without.recording]).toEqual([[], undefined]);
});

test("connections are played to the end, however much they have to say", () => {
  const deployment = roadsOf({ plan: [], seconds: 40, every: 1_000_000 });
  const source = stepSourceOf(deployment.model);
  const advance = beginPlay(deployment, source, { seed: 1, events: 10_000, ignored: IGNORED });
  let pauses = 0;
  let played = advance(10_000);
  for (; played === undefined; played = advance(10_000)) pauses++;
  expect(pauses).toBeGreaterThan(0);
  const [connection] = played.connections;
  expect(connection?.requests).toBeGreaterThan(39_000);
  expect(connection?.answers).toBeGreaterThan(39_000);
});

/**
 * The engine's own view of its connections, and that of the log specification which judges real
 * captures: what is lost for the one never holds for the other, and where the capture shows all
 * that was sent, both say the same.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeRun } from "./judged-run.fixture.ts";
import { playRoads, type Roads, roadsOf } from "./roads.fixture.ts";

const seconds = (least: number, most: number): fc.Arbitrary<number> =>
  fc.integer({ min: least * 1000, max: most * 1000 });

/** A crash, or none, after which the server refuses for a while, or not, or never comes back. */
const restarts = fc.oneof(
  fc.constant([]),
  fc
    .record({ crash: seconds(2, 8), down: seconds(0, 10), booting: fc.constantFrom(1, 20, 900) })
    .map(({ crash, down, booting }) => [
      `at ${crash}ms fault server.crash`,
      `at ${crash + down}ms do server.boot`,
      `at ${crash + down + booting}ms do server.ready`,
    ]),
  seconds(2, 8).map((crash) => [`at ${crash}ms fault server.crash`]),
);

/** An application goes to its own function, and perhaps comes back. */
const moves = fc
  .record({
    app: fc.constantFrom("Name1", "Name2"),
    at: seconds(2, 15),
    pause: fc.constantFrom(0, 5, 2_500),
    back: fc.option(seconds(1, 10), { nil: undefined }),
  })
  .map(({ app, at, pause, back }) => [
    ...(pause === 0
      ? [`at ${at}ms do app[${app}].move`]
      : [`at ${at}ms do app[${app}].detach`, `at ${at + pause}ms do app[${app}].attach`]),
    ...(back === undefined ? [] : [`at ${at + pause + back}ms do app[${app}].leave`]),
  ]);

const links = fc.constantFrom<NonNullable<Roads["link"]>>([0, 0, 0], [2, 1, 5], [10, 5, 10]);

const roads: fc.Arbitrary<Roads> = fc
  .record({
    restart: restarts,
    move: fc.oneof(fc.constant([]), moves),
    link: links,
    bytes: fc.constantFrom(1, 100, 1460, 6000),
    every: fc.constantFrom(50_000_000, 200_000_000),
  })
  .map(({ restart, move, ...rest }) => ({
    ...rest,
    plan: [...restart, ...move],
    seconds: 40,
    connections: 2,
  }));

/** A silence that the log takes for an end: nanoseconds. */
const MUTE = 20_000_000_000;

test("the log says lost where the engine does, and on a good link only there", async () => {
  const found = { lost: 0, kept: 0 };
  await fc.assert(
    fc.asyncProperty(roads, fc.nat({ max: 10_000 }), async (one, seed) => {
      const played = playRoads(roadsOf(one), seed, true);
      const isLost = played.connections.some(({ state }) => state === "lost");
      const verdict = await judgeRun(played);
      if (isLost) found.lost++;
      else found.kept++;
      if (isLost) expect(verdict.result).not.toBe("holds");
      // A peer that finds nobody under the address asks for it, and its segments wait: on the wire
      // it looks like one that has given up. And frames that the link loses are not in the capture,
      // so that the time until they are sent again may be taken for an end.
      const isMute = played.connections.some(({ silence }) => silence > MUTE);
      if ((!isLost && isMute) || one.link?.[0] !== 0) return;
      expect(verdict.result === "violated").toBe(isLost);
      const lost = verdict.connections.filter(({ outcome }) => outcome === "lost");
      const engine = played.connections.filter(({ state }) => state === "lost");
      for (const { peer } of engine) expect(lost.map(({ client }) => client)).toContain(peer);
      if (!isLost) expect(verdict.connections.map(({ outcome }) => outcome)).not.toContain("lost");
    }),
    { numRuns: Number(process.env["RUNS"] ?? 90), seed: 1 },
  );
  expect(Math.min(found.lost, found.kept)).toBeGreaterThan(5);
});

/**
 * The tracker on synthetic packets: what each exchange means, one exchange per test.
 *
 * The packets are written in the notation of `packet-notation.fixture.ts`; expected events in that
 * of `read-back.fixture.ts`: kind, side, and the attributes that the test is about.
 */
import { describe, expect, test } from "vitest";
import { track, written } from "./read-back.fixture.ts";

const HANDSHAKE = `
  C>S SYN
  S>C SYNACK
  C>S ACK`;

const ANSWERED = `${HANDSHAKE}
  C>S DATA 20
  S>C DATA 50
  C>S ACK`;

describe("a whole connection", () => {
  const { events, losses } = track(`${ANSWERED}
    C>S FIN
    S>C FIN
    C>S ACK`);

  test("has these events", () => {
    expect(written(events, /./, "by", "data", "acked", "complete", "first", "confirmed")).toEqual([
      "syn client",
      "synAck server",
      "established complete=true",
      "progress client data=20 acked=0",
      "progress server data=50 acked=20",
      "progress client data=0 acked=50",
      "fin client complete=true first=true",
      "fin server complete=true first=false",
      "finAcked server",
      "finAcked client",
      "closed client complete=true confirmed=true",
    ]);
    expect(losses).toEqual([]);
  });

  test("has one name, and its sides theirs", () => {
    const names = new Set(events.map((event) => event.attributes["conn"]));
    expect([...names]).toEqual(["10.0.0.2:41001 > 10.0.0.10:80 #1"]);
    expect(events[0]?.attributes).toMatchObject({
      client: "10.0.0.2:41001",
      server: "10.0.0.10:80",
    });
    expect(events[0]?.origin).toEqual({ source: 0, ordinal: 1 });
  });

  test("measures round trips from the first transmission", () => {
    expect(written(events, /progress/, "roundTrip")).toEqual([
      "progress roundTrip=null",
      "progress roundTrip=1000000",
      "progress roundTrip=1000000",
    ]);
  });
});

describe("opening", () => {
  test("a SYN that is repeated is one attempt", () => {
    const { events } = track("C>S SYN\n+1s C>S SYN\nS>C SYNACK\nC>S ACK");
    expect(written(events, /syn|retrans|established/, "try", "what", "tries")).toEqual([
      "syn try=1",
      "syn try=2",
      "retransmission try=1 what=syn",
      "synAck try=1",
      "established tries=2",
    ]);
  });

  test("a refused SYN is no connection", () => {
    const { events } = track("C>S SYN\nS>C RSTACK seq=0");
    expect(written(events, /./, "by", "tries")).toEqual(["syn client", "refused server tries=1"]);
  });

  test("SYNs that nobody answers are reported at the end", () => {
    const { events } = track("C>S SYN\n+1s C>S SYN\n+2s C>S SYN");
    expect(written(events, /unanswered|end/, "tries", "reason")).toEqual([
      "unanswered tries=3 reason=capture ended",
    ]);
  });

  test("the client's answer to an unwanted SYN-ACK is a reset in the handshake", () => {
    const { events } = track("C>S SYN\nS>C SYNACK\nC>S RST seq=1");
    expect(written(events, /reset/, "by", "state", "stateless", "answers")).toEqual([
      "reset client state=handshake stateless=true answers=synAck",
    ]);
  });

  test.each([
    ["data of the client", "C>S DATA 5", "client"],
    ["data of the server", "S>C DATA 5", "server"],
    ["an ACK of each side", "S>C ACK\nC>S ACK", "client"],
  ])("without a SYN, %s shows a connection", (_name, text) => {
    const { events } = track(text);
    expect(written(events, /established/, "complete", "client")).toEqual([
      "established complete=false client=10.0.0.2:41001",
    ]);
  });

  test.each([
    ["a lone ACK", "C>S ACK"],
    ["a lone FIN", "S>C FIN"],
    ["the last FIN and its ACK", "S>C FIN\nC>S ACK"],
    ["a lone RST", "S>C RST seq=7"],
  ])("without a SYN, %s shows none", (_name, text) => {
    const { events } = track(text);
    expect(written(events, /established|end/)).toEqual([]);
  });

  test("leftovers of a former connection do not establish the new one", () => {
    const { events } = track("C>S SYN isn=900000\nS>C DATA 5 ack=-800000\nS>C ACK ack=-800000");
    expect(written(events, /established/)).toEqual([]);
  });

  test("a missing SYN-ACK makes the handshake incomplete", () => {
    const { events } = track("C>S SYN\nC>S ACK\nC>S DATA 5");
    expect(written(events, /established/, "complete")).toEqual(["established complete=false"]);
  });

  test("a SYN captured after its SYN-ACK is of the same connection", () => {
    const { events } = track("S>C SYNACK ack=1\nC>S SYN\nC>S ACK");
    expect(written(events, /established/, "conn", "complete")).toEqual([
      "established conn=10.0.0.2:41001 > 10.0.0.10:80 #1 complete=true",
    ]);
  });

  test("IPv6 endpoints are in brackets", () => {
    expect(track("C6>S6 SYN").events[0]?.attributes["conn"]).toBe(
      "[2001:db8::2]:41006 > [2001:db8::a]:80 #1",
    );
  });
});

describe("generations", () => {
  test("ports used again after an orderly close are a second connection", () => {
    const { events } = track(`${ANSWERED}
      C>S FIN
      S>C FIN
      C>S ACK
      C>S SYN isn=70000
      S>C SYNACK isn=90000
      C>S ACK`);
    expect(written(events, /established|closed|end/, "conn", "reason")).toEqual([
      "established conn=10.0.0.2:41001 > 10.0.0.10:80 #1",
      "closed conn=10.0.0.2:41001 > 10.0.0.10:80 #1",
      "established conn=10.0.0.2:41001 > 10.0.0.10:80 #2",
      "end conn=10.0.0.2:41001 > 10.0.0.10:80 #2 reason=capture ended",
    ]);
  });

  test("a new SYN on an open connection supersedes it", () => {
    const { events } = track(`${ANSWERED}\nC>S SYN isn=70000`);
    expect(written(events, /end|unanswered/, "conn", "reason")).toEqual([
      "end conn=10.0.0.2:41001 > 10.0.0.10:80 #1 reason=superseded",
      "unanswered conn=10.0.0.2:41001 > 10.0.0.10:80 #2 reason=capture ended",
    ]);
  });

  test("the same SYN again, late, opens nothing", () => {
    const { events } = track(`${ANSWERED}\n+5s C>S SYN`);
    expect(new Set(written(events, /./, "conn").map((line) => line.slice(-2)))).toEqual(
      new Set(["#1"]),
    );
  });

  test("a SYN in the other direction swaps the roles of the new connection", () => {
    const { events } = track(`${ANSWERED}\nS>C SYN isn=70000`);
    expect(events.at(-1)?.attributes["conn"]).toBe("10.0.0.10:80 > 10.0.0.2:41001 #1");
  });
});

describe("repetition", () => {
  test("bytes sent again are a retransmission, counted until progress", () => {
    const { events } = track(`${HANDSHAKE}
      C>S DATA 20
      +200ms C>S DATA 20 seq=1
      +400ms C>S DATA 20 seq=1
      S>C ACK
      C>S DATA 7
      +300ms C>S DATA 7 seq=21`);
    expect(written(events, /retrans/, "by", "bytes", "try", "original")).toEqual([
      "retransmission client bytes=20 try=1 original=seen",
      "retransmission client bytes=20 try=2 original=seen",
      "retransmission client bytes=7 try=1 original=seen",
    ]);
  });

  test("a repetition that also has new bytes is both", () => {
    const { events } = track(`${HANDSHAKE}\nC>S DATA 20\nC>S DATA 30 seq=11`);
    expect(written(events, /progress|retrans/, "data", "bytes")).toEqual([
      "progress data=20",
      "retransmission bytes=10",
      "progress data=20",
    ]);
  });

  test("a hole filled by a later frame was lost before the capture", () => {
    const { events } = track(`${HANDSHAKE}\nS>C DATA 10 seq=11\nS>C DATA 10 seq=1`);
    expect(written(events, /progress|retrans|reordered/, "data", "original")).toEqual([
      "progress data=10",
      "retransmission original=missing",
      "progress data=10",
    ]);
  });

  test.each([
    ["its IP identification", "S>C DATA 10 seq=11 id=901", "S>C DATA 10 seq=1 id=900"],
    ["its time stamp", "S>C DATA 10 seq=11 ts=8", "S>C DATA 10 seq=1 ts=7"],
    [
      "its identification, over its border",
      "S>C DATA 10 seq=11 id=1",
      "S>C DATA 10 seq=1 id=65535",
    ],
  ])("a hole filled by an earlier frame, by %s, was only late", (_name, first, second) => {
    const { events } = track(`${HANDSHAKE}\n${first}\n${second}`);
    expect(written(events, /retrans|reordered/, "by", "bytes")).toEqual([
      "reordered server bytes=10",
    ]);
  });

  test("the very same frame is a duplicate, no retransmission", () => {
    const { events, tracker } = track(`${HANDSHAKE}\nC>S DATA 10\nC>S DATA 10 again`);
    expect(written(events, /retrans|dupl/, "by")).toEqual(["duplicate client"]);
    expect(tracker.counts.duplicates).toBe(1);
  });

  test("without identification and time stamps only an immediate copy is a duplicate", () => {
    const { events } = track(`${HANDSHAKE}
      C>S DATA 10 id=0
      +1us C>S DATA 10 again
      +300ms C>S DATA 10 again`);
    expect(written(events, /retrans|dupl/)).toEqual(["duplicate", "retransmission"]);
  });

  test("copies at other interfaces make no events", () => {
    const { events, tracker } = track(`
      C>S SYN if=0
      C>S SYN again if=1
      S>C SYNACK if=1
      S>C SYNACK again if=0
      C>S ACK if=0
      C>S ACK again if=1`);
    expect(written(events, /./)).toEqual(["syn", "synAck", "established", "end"]);
    expect(tracker.counts.copies).toBe(3);
  });
});

describe("probes and windows", () => {
  test("a keep-alive that is answered proves both sides, and is no retransmission", () => {
    const { events } = track(`${ANSWERED}\n+10s C>S ACK seq=20\nS>C ACK`);
    expect(written(events, /keep|probe|retrans/, "by", "try", "probe", "roundTrip")).toEqual([
      "keepalive client try=1",
      "probeAnswered server probe=keepalive roundTrip=1000000",
    ]);
  });

  test("a retransmission of what the other side has is answered by a bare ACK", () => {
    const { events } = track(`${ANSWERED}\n+1s C>S DATA 20 seq=1\nS>C ACK`);
    expect(written(events, /retrans|probe/, "probe")).toEqual([
      "retransmission",
      "probeAnswered probe=retransmission",
    ]);
  });

  test("an ACK of old data is no answer while newer data are outstanding", () => {
    const { events } = track(`${HANDSHAKE}\nC>S DATA 9\n+1s C>S DATA 9 seq=1\nS>C ACK ack=1`);
    expect(written(events, /probe/)).toEqual([]);
  });

  test("a window closes and opens once", () => {
    const { events } = track(`${ANSWERED}\nC>S ACK win=0\nC>S ACK win=0\nC>S ACK win=9`);
    expect(written(events, /window/i, "by")).toEqual(["zeroWindow client", "windowOpened client"]);
  });
});

describe("resets", () => {
  const reset = (text: string, ...names: readonly string[]): string[] =>
    written(track(text).events, /reset|end/, "by", ...names);

  test("a stack that does not know the connection answers without ACK", () => {
    expect(
      reset(`${ANSWERED}\nC>S DATA 9\nS>C RST seq=51`, "stateless", "answers", "clientUnanswered"),
    ).toEqual(["reset server stateless=true answers=data clientUnanswered=9"]);
  });

  test("a stack that knows it sends RST and ACK", () => {
    expect(reset(`${ANSWERED}\nC>S RSTACK`, "stateless", "answers", "inWindow")).toEqual([
      "reset client stateless=false answers=none inWindow=true",
    ]);
    expect(reset("C>S DATA 9\nS>C RSTACK", "inWindow")).toEqual(["reset server inWindow=null"]);
  });

  test("the window is known when both SYNs offered a scale", () => {
    const text = `C>S SYN scale=2\nS>C SYNACK scale=2\nC>S ACK win=10`;
    expect(reset(`${text}\nS>C RSTACK seq=41`, "inWindow")).toEqual(["reset server inWindow=true"]);
    expect(reset(`${text}\nS>C RSTACK seq=42`, "inWindow")).toEqual([
      "reset server inWindow=false",
    ]);
  });

  test("a delayed bare ACK after both FINs is answered by a RST that is no loss", () => {
    expect(
      reset(
        `${ANSWERED}
        C>S FIN
        S>C FIN
        C>S ACK
        S>C RST seq=1`,
        "afterBothFins",
        "answersBarrenAck",
        "answersOld",
        "state",
      ),
    ).toEqual([
      "reset server afterBothFins=true answersBarrenAck=true answersOld=true state=closed",
    ]);
  });

  test("a RST whose sender goes on was without effect", () => {
    expect(reset(`${ANSWERED}\nS>C RST seq=51\nS>C DATA 9\nC>S ACK`, "repeat")).toEqual([
      "reset server repeat=0",
      "end",
    ]);
  });

  test("RSTs are counted", () => {
    expect(reset(`${ANSWERED}\nC>S DATA 9\nS>C RST seq=51\n+2ms S>C RST seq=51`, "repeat")).toEqual(
      ["reset server repeat=0", "reset server repeat=1"],
    );
  });
});

describe("what the capture does not have", () => {
  test("acknowledged bytes that were not captured are a gap and a loss", () => {
    const { events, losses } = track(`${HANDSHAKE}\nC>S DATA 20\nS>C ACK ack=51`);
    expect(written(events, /gap|progress/, "by", "bytes", "acked")).toEqual([
      "progress client acked=0",
      "gap client bytes=30",
      "progress server acked=50",
    ]);
    expect(losses).toMatchObject([
      {
        reason: "gap",
        note: "30 bytes of the client of 10.0.0.2:41001 > 10.0.0.10:80 #1 are acknowledged but not captured",
      },
    ]);
  });

  test("a hole that is not acknowledged is no gap: the frame was lost on its way", () => {
    expect(track(`${HANDSHAKE}\nS>C DATA 10 seq=11\nC>S ACK ack=1`).losses).toEqual([]);
  });

  test("cut, broken and fragmented frames are counted", () => {
    const { losses } = track("C>S SYN cut=40\nC>S DATA 5 total=22");
    expect(losses.map(({ count, note }) => [count, note])).toEqual([
      [1, "packets were captured too short for their headers"],
      [1, "packets have headers that contradict themselves"],
    ]);
  });

  test("numbers far outside of the connection are nonsense and counted", () => {
    const { events, losses } = track(`${ANSWERED}\nC>S DATA 5 seq=1500000000`);
    expect(written(events, /progress/)).toHaveLength(3);
    expect(losses).toMatchObject([{ count: 1, reason: "corrupt" }]);
  });
});

describe("the end", () => {
  const end = (text: string, ...names: readonly string[]): string[] =>
    written(track(text).events, /end|closed/, ...names);

  test("an idle connection has nothing outstanding", () => {
    expect(
      end(ANSWERED, "state", "clientUnacked", "clientUnanswered", "serverUnacked", "clientGaveUp"),
    ).toEqual([
      "end state=established clientUnacked=0 clientUnanswered=0 serverUnacked=0 clientGaveUp=false",
    ]);
  });

  test("an open request is unanswered although it is acknowledged", () => {
    expect(end(`${ANSWERED}\nC>S DATA 9\nS>C ACK`, "clientUnacked", "clientUnanswered")).toEqual([
      "end clientUnacked=0 clientUnanswered=9",
    ]);
  });

  test("a client that still tries has not given up, one that stopped trying has", () => {
    const tries = `${HANDSHAKE}
      C>S DATA 9
      +200ms C>S DATA 9 seq=1
      +400ms C>S DATA 9 seq=1`;
    const other = (time: string): string => `+${time} C2>S SYN`;
    const open = `10.0.0.2:41001 > 10.0.0.10:80 #1`;
    const gaveUp = (text: string): unknown =>
      track(text).events.find(
        (event) => event.kind === "tcp.end" && event.attributes["conn"] === open,
      )?.attributes["clientGaveUp"];
    expect(gaveUp(`${tries}\n${other("900ms")}`)).toBe(false);
    expect(gaveUp(`${tries}\n${other("1300ms")}`)).toBe(true);
  });

  test("pauses tell a paced download from an idle connection", () => {
    const paced = `${HANDSHAKE}
      C>S DATA 9
      S>C DATA 100
      +800ms S>C DATA 100
      +700ms S>C DATA 100
      C>S ACK`;
    expect(end(paced, "serverPauses", "serverPauseMax")).toEqual([
      "end serverPauses=2 serverPauseMax=800000000",
    ]);
    expect(end(ANSWERED, "serverPauses")).toEqual(["end serverPauses=0"]);
  });

  test("both FINs without the last acknowledgement are a close", () => {
    expect(end(`${ANSWERED}\nC>S FIN\nS>C FIN`, "by", "confirmed")).toEqual([
      "closed client confirmed=false",
    ]);
  });

  test("one FIN leaves a connection half closed", () => {
    expect(end(`${ANSWERED}\nS>C FIN\nC>S ACK`, "state", "serverFinAcked")).toEqual([
      "end state=halfClosed serverFinAcked=true",
    ]);
  });

  test("at the limit the connection that was silent longest is given up, and that is a loss", () => {
    const { events, losses, tracker } = track(
      `C>S DATA 1\nC2>S DATA 1\nC>S DATA 1\nC3>S DATA 1\nC2>S DATA 1`,
      2,
    );
    expect(written(events, /end/, "conn", "reason")).toEqual([
      "end conn=10.0.0.2:41002 > 10.0.0.10:80 #1 reason=limit",
      "end conn=10.0.0.2:41001 > 10.0.0.10:80 #1 reason=limit",
      "end conn=10.0.0.2:41003 > 10.0.0.10:80 #1 reason=capture ended",
      "end conn=10.0.0.2:41002 > 10.0.0.10:80 #2 reason=capture ended",
    ]);
    expect(losses).toHaveLength(2);
    expect(tracker.counts.evicted).toBe(2);
  });
});

describe("addresses of the link", () => {
  test("a side that sends from another MAC address has switched", () => {
    const { events } = track(`${ANSWERED}\nS>C DATA 5 mac=77\nS>C DATA 5 mac=77`);
    expect(written(events, /mac/, "by", "from", "to")).toEqual([
      "macChanged server from=02:00:0a:00:00:0a to=02:00:00:00:00:4d",
    ]);
  });

  test("a gratuitous ARP is announced", () => {
    expect(written(track("S ARP mac=77").events, /arp/, "ip", "mac")).toEqual([
      "arp.announce ip=10.0.0.10 mac=02:00:00:00:00:4d",
    ]);
  });
});

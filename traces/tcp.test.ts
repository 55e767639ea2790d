/**
 * The tracker on synthetic packets: opening, generations, ends, and the limit on connections.
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

  /** The life of the pair of endpoints: `established #1`, `end #1 superseded`, … */
  const life = (text: string): string[] =>
    track(text)
      .events.filter(({ kind }) => /established|closed|reset|refused|unanswered|end/.test(kind))
      .map(({ kind, attributes }) =>
        [kind.slice(4), String(attributes["conn"]).slice(-2), attributes["reason"]]
          .filter((word) => word !== undefined)
          .join(" "),
      );

  test.each([
    [
      "answered, supersedes it",
      "S>C SYNACK isn=90000\nC>S ACK",
      ["end #1 superseded", "established #2", "end #2 capture ended"],
    ],
    [
      "not answered, leaves it alone",
      "+1s C>S SYN isn=70000",
      ["end #1 capture ended", "unanswered #2 capture ended"],
    ],
    ["refused, leaves it alone", "S>C RSTACK seq=0 ack=1", ["refused #2", "end #1 capture ended"]],
    [
      "seen to be answered only by data, supersedes it",
      "C>S DATA 5",
      ["end #1 superseded", "established #2", "end #2 capture ended"],
    ],
  ])("a SYN on an open connection, %s", (_name, text, expected) => {
    expect(life(`${ANSWERED}\nC>S SYN isn=70000\n${text}`)).toEqual([
      "established #1",
      ...expected,
    ]);
  });

  test("a stray SYN that is answered by a bare ACK does not disturb the connection", () => {
    const { events } = track(`${ANSWERED}
      C>S SYN isn=70000
      S>C ACK ack=-68979
      C>S DATA 20 seq=-68979 ack=51
      S>C ACK ack=-68959`);
    const progress = written(events, /progress/, "conn", "data", "acked").slice(-2);
    expect(progress).toEqual([
      "progress conn=10.0.0.2:41001 > 10.0.0.10:80 #1 data=20 acked=0",
      "progress conn=10.0.0.2:41001 > 10.0.0.10:80 #1 data=0 acked=20",
    ]);
  });

  test("a client that lost its state resets the old connection and gets a new one", () => {
    expect(
      life(`${ANSWERED}
        C>S SYN isn=70000
        S>C ACK ack=-68979
        C>S RST seq=-68979
        +1s C>S SYN isn=70000
        S>C SYNACK isn=90000
        C>S ACK`),
    ).toEqual(["established #1", "reset #1", "established #2", "end #2 capture ended"]);
  });

  test("a SYN-ACK of another number shows a connection whose SYN was not captured", () => {
    expect(life(`${ANSWERED}\nS>C SYNACK isn=90000 ack=30000\nC>S ACK seq=30000`)).toEqual([
      "established #1",
      "end #1 superseded",
      "established #2",
      "end #2 capture ended",
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

  test("at the limit the connection that was silent longest is given up: a loss", () => {
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

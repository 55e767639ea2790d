/**
 * Resets: what tells a refusal, an abort, an unknown connection and a straggler apart.
 *
 * The notations are those of `tcp.test.ts`.
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

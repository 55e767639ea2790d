/**
 * One cause gives one message: what follows from a mistake is not reported again, and the rest of
 * the text is still read. A case is a text and the codes with the words above their carets.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { codes, messages } from "./judge-notation.ts";

const NET = `message Req { Ask }
machine Client { port out req : Req  initial mode Run { step ask { send req.Ask } } }
machine Server { port in req : Req  initial mode Run { on req.Ask } }
`;

/** A system of one client and one server, with this channel line. */
function wired(channel: string): string {
  const instances = "client : Client  server : Server";
  return `module m\n${NET}system S { ${instances}\n${channel} }\ncheck c of S { }`;
}

const cases: readonly (readonly [name: string, text: string, found: readonly string[]])[] = [
  [
    "a channel that cannot be built leaves no port without a channel",
    wired("channel req : client.req -> server.req fifo(0)"),
    ["E0205 0"],
  ],
  [
    "each end of the wrong direction is a mistake of its own",
    wired("channel req : server.req -> client.req fifo(1)"),
    ["E0135 req", "E0135 req"],
  ],
  [
    "a name that is declared twice is reported at the second place",
    "module m\nconst a = 1\nconst a = 2\nconst b = a",
    ["E0109 a"],
  ],
  [
    "a circle of definitions is one message",
    "module m\ndef even(n: 0..9) = n == 0 or odd(n)\ndef odd(n: 0..9) = n == 1 or even(n)",
    ["E0144 even"],
  ],
  [
    "a size that cannot be used is not a missing size",
    `module m
id C
machine A(me: C) { initial mode R { step go } }
system S { a[c: C] : A(c) }
check c of S { C = 100000 }`,
    ["E0205 100000"],
  ],
  [
    "two mistakes are two messages, in the order of the text",
    `module m
machine A { initial mode R { step go -> Q } }
machine B { initial mode R { step go -> P } }`,
    ["E0107 Q", "E0107 P"],
  ],
];

test.each(cases)("%s", (_name, text, found) => {
  expect(codes(text)).toEqual(found);
});

test("a misspelt mode in a shipped specification is one message, with all that helps", () => {
  const shipped = new URL("../models/examples/netserver.libretto", import.meta.url);
  const text = readFileSync(shipped, "utf8").replace("app[c] in Open\n", "app[c] in Opne\n");
  expect(messages({ "netserver.libretto": text }).split("\n")).toEqual([
    "error E0107: machine `App` has no mode `Opne`",
    "  --> netserver.libretto:55:56",
    "   |",
    "55 |   reachable SomeoneOpen: exists c in Client: app[c] in Opne",
    "   |                                                        ^^^^ not a mode of App",
    "   |",
    "   = modes of App: Idle, Opening, Open   (netserver.libretto:33, 36, 39)",
    "   = hint: did you mean `Open`?",
  ]);
});

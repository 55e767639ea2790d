/** Mailboxes: what the two drivers write and read, against tables written by hand. */
import { expect, test } from "vitest";
import { bench, type Bench } from "./mailbox.fixture.ts";
import {
  ACK,
  API_NEGOTIATE,
  createMailboxes,
  CTS,
  FAILURE,
  GET_QUEUE,
  PF_CONTROL,
  PFACK,
  PFSTS,
  PFU,
  REQ,
  RESET,
  RSTD,
  RVFU,
  SET_LPE,
  SET_MAC,
  SET_MACVLAN,
  SET_MULTICAST,
  SET_VLAN,
  STS,
  SUCCESS,
  VFU,
} from "./mailbox.ts";
import { API_1_0, API_1_1, macOfWords, macWords } from "./pf-driver.ts";
import {
  DONE,
  MAILBOX_FAILED,
  MAILBOX_POLL,
  MAILBOX_POLLS,
  MUST_RESET,
  RESET_FAILED,
  RESET_POLL,
  RESET_POLLS,
  RESET_SLEEP,
} from "./vf-driver.ts";

const MAC = 0x0a1b_2c3d_4e5f;
const nobody = (): void => {};

/** What every reset begins with. */
const STOP: readonly string[] = [
  "VTEIMC <- 0x7",
  "VTEICR -> 0x0",
  "VFTXDCTL <- 0x0",
  "VFRXDCTL <- 0x0",
  "VFCTRL <- 0x4000000",
  "VFSTATUS -> 0x0",
  "VFMAILBOX -> 0",
];
/** From the lock to the request, with one word. */
const ask = (word: string): readonly string[] => [
  "VFMAILBOX <- VFU",
  "VFMAILBOX -> VFU",
  "VFMAILBOX -> VFU",
  "VFMAILBOX -> VFU",
  `VFMBMEM[0] <- ${word}`,
  "VFMAILBOX <- REQ",
];
const LOCK: readonly string[] = ["VFMAILBOX <- VFU", "VFMAILBOX -> VFU"];
const ANSWERED: readonly string[] = ["VFMAILBOX -> PFACK", "VFMAILBOX -> PFSTS"];

function afterReset(mac = MAC, frameMax?: number): Bench {
  const all = bench(frameMax);
  all.pf.assignMac(0, mac);
  all.vf.reset();
  all.run();
  all.controlled.length = 0;
  return all;
}

test("reset: the answer has four words: code, MAC, MAC, multicast filter type", () => {
  const { vf, pf, run, log, controlled } = bench();
  pf.assignMac(0, MAC);
  vf.reset();
  expect(run()).toBe(RESET_SLEEP);
  expect(log).toEqual([
    ...STOP,
    ...ask("0x1"),
    ...ANSWERED,
    ...LOCK,
    "VFMBMEM[0] -> 0x1 SUCCESS",
    "VFMBMEM[1] -> 0x3d2c1b0a",
    "VFMBMEM[2] -> 0x5f4e",
    "VFMBMEM[3] -> 0x0",
    "VFMAILBOX <- ACK",
  ]);
  expect([vf.result, ...vf.answer(3)]).toEqual([DONE, RESET | SUCCESS, ...macWords(MAC)]);
  expect(pf.isClearToSend(0)).toBe(true);
  // Once on the reset event, and once more on the message.
  expect(controlled).toEqual([
    "MAC 0",
    "MAC 0",
    "MAC a1b2c3d4e5f",
    "drop",
    "receive true, send true",
    "no write-back",
  ]);
});

test("a reset that is refused means that no MAC is assigned, and is no failure", () => {
  const { vf, run, log } = bench();
  vf.reset();
  run();
  expect(log.slice(-7)).toEqual([
    ...LOCK,
    "VFMBMEM[0] -> 0x1 FAILURE",
    "VFMBMEM[1] -> 0x0",
    "VFMBMEM[2] -> 0x0",
    "VFMBMEM[3] -> 0x0",
    "VFMAILBOX <- ACK",
  ]);
  expect([vf.result, vf.answer(1)[0]]).toEqual([DONE, RESET | FAILURE]);
});

test("a reset waits until RSTI and RSTD are gone", () => {
  const { vf, mailboxes, run, log } = bench();
  mailboxes.beginReset();
  vf.reset();
  let polls = 0;
  const time = run(() => {
    if (log.at(-1) === "VFMAILBOX -> RSTI" && ++polls === 3) mailboxes.endReset();
    if (log.at(-1)?.startsWith("VFMAILBOX <- VFU")) mailboxes.writePf(0, PFU);
    if (log.at(-1) === "VFMAILBOX -> RSTD") mailboxes.writePf(0, PFU);
  });
  expect(log.slice(6)).toEqual([
    "VFMAILBOX -> RSTI",
    "VFMAILBOX -> RSTI",
    "VFMAILBOX -> RSTI",
    "VFMAILBOX -> RSTD",
    "VFMAILBOX -> PFU",
    "VFMAILBOX <- VFU",
    "VFMAILBOX -> PFU",
  ]);
  expect(time).toBe(4 * RESET_POLL);
});

test("a reset fails when the PF is never done with its own", () => {
  const { vf, mailboxes, run } = bench();
  mailboxes.beginReset();
  vf.reset();
  expect(run()).toBe(RESET_POLLS * RESET_POLL);
  expect([vf.result, vf.timeout]).toEqual([RESET_FAILED, 0]);
});

test("the VF does not own the buffer while the PF holds it; the next message may succeed", () => {
  const { vf, mailboxes, run, log } = afterReset();
  mailboxes.writePf(0, PFU);
  vf.send([SET_VLAN], 1);
  run(nobody);
  expect(log).toEqual(["VFMAILBOX <- VFU", "VFMAILBOX -> PFU"]);
  expect([vf.result, vf.timeout]).toEqual([MAILBOX_FAILED, MAILBOX_POLLS]);
  mailboxes.writePf(0, 0);
  vf.send([SET_VLAN], 1);
  run();
  expect([vf.result, vf.answer(1)[0]]).toEqual([DONE, SET_VLAN | SUCCESS | CTS]);
});

test("the PF does not own the buffer while the VF holds it; RVFU frees a stuck lock", () => {
  const { pf, mailboxes } = afterReset();
  mailboxes.writeVf(0, VFU);
  pf.ping();
  expect(mailboxes.readVf(0)).toBe(VFU);
  mailboxes.writePf(0, RVFU);
  expect(mailboxes.readPf(0)).toBe(0);
  pf.ping();
  expect(mailboxes.readVf(0)).toBe(PFSTS);
});

test("the shadow keeps status bits that a read cleared but did not ask for", () => {
  const { vf, pf, run, log } = afterReset();
  vf.send([SET_VLAN], 1);
  run(() => {
    // The PF takes and answers before the VF looks for the first time.
    if (pf.receive(0) && pf.hasAnswer(0)) pf.answer(0);
    if (log.at(-1) === "VFMAILBOX -> PFSTS PFACK") expect(vf.shadow).toBe(PFSTS);
  });
  expect(log).toEqual([
    ...ask("0x4"),
    "VFMAILBOX -> PFSTS PFACK",
    "VFMAILBOX -> 0",
    ...LOCK,
    "VFMBMEM[0] -> 0x4 SUCCESS CTS",
    "VFMAILBOX <- ACK",
  ]);
  expect([vf.result, vf.shadow]).toEqual([DONE, 0]);
});

test("the shadow keeps RSTD, which a message has read, for the watchdog", () => {
  const { vf, pf, mailboxes, run, log } = afterReset();
  pf.ping();
  vf.check();
  run();
  expect(vf.isLinkKnown).toBe(true);
  mailboxes.endReset();
  vf.send([SET_VLAN], 1);
  run();
  expect(log[1]).toBe("VFMAILBOX -> VFU RSTD");
  expect(vf.shadow).toBe(RSTD);
  vf.check();
  run();
  expect(log[0]).toBe("VFMAILBOX -> 0");
  expect(log[1]).toBe("VFLINKS -> 0x40000000");
});

test("after a timeout every later message fails until reset", () => {
  const { vf, run, log } = afterReset();
  vf.send([SET_VLAN], 1);
  expect(run(nobody)).toBe(MAILBOX_POLLS * MAILBOX_POLL);
  expect(log.slice(6)).toEqual(Array.from({ length: MAILBOX_POLLS }, () => "VFMAILBOX -> 0"));
  expect([vf.result, vf.timeout]).toEqual([MAILBOX_FAILED, 0]);

  vf.send([SET_VLAN], 1);
  run();
  expect(log).toEqual([]);
  expect(vf.result).toBe(MAILBOX_FAILED);

  vf.reset();
  run();
  expect([vf.result, vf.timeout]).toEqual([DONE, MAILBOX_POLLS]);
  vf.send([SET_VLAN], 1);
  run();
  expect(vf.result).toBe(DONE);
});

test("a timeout while the answer is awaited ends messages too", () => {
  const { vf, pf, run } = afterReset();
  vf.send([SET_VLAN], 1);
  run(() => void pf.receive(0));
  expect([vf.result, vf.timeout]).toEqual([MAILBOX_FAILED, 0]);
});

test("after a timeout the watchdog asks for a reset when the PF talks again", () => {
  const { vf, pf, run } = afterReset();
  vf.send([SET_VLAN], 1);
  run(nobody);
  pf.ping();
  vf.check();
  run();
  expect(vf.result).toBe(MUST_RESET);
});

test("a message without CTS means that the PF has forgotten this VF", () => {
  const { vf, pf, mailboxes, run, log } = afterReset();
  mailboxes.endReset();
  pf.forget();
  pf.ping();
  vf.check();
  run(nobody);
  const look = (status: string, word: string): readonly string[] => [
    status,
    "VFLINKS -> 0x40000000",
    ...LOCK,
    word,
    "VFMAILBOX <- ACK",
  ];
  expect(log).toEqual(look("VFMAILBOX -> PFSTS RSTD", "VFMBMEM[0] -> 0x100"));
  expect([vf.result, vf.isLinkKnown]).toEqual([DONE, false]);
  // The acknowledgement of a VF that may not send is refused.
  expect(pf.receive(0)).toBe(true);
  expect(pf.answer(0)).toBe(true);
  vf.check();
  run(nobody);
  expect(log).toEqual(look("VFMAILBOX -> PFSTS", "VFMBMEM[0] -> 0x0 FAILURE"));
  expect(vf.result).toBe(MUST_RESET);
});

test("a PF that has forgotten the VF refuses its messages without CTS, until reset", () => {
  const { vf, pf, run } = afterReset();
  pf.forget();
  vf.send([SET_LPE, 1518], 1);
  run();
  expect([vf.result, vf.answer(1)[0]]).toEqual([DONE, SET_LPE | FAILURE]);
  vf.reset();
  run();
  vf.send([SET_LPE, 1518], 1);
  run();
  expect(vf.answer(1)[0]).toBe(SET_LPE | SUCCESS | CTS);
});

test.each([
  ["its own MAC", [SET_MAC, ...macWords(MAC)], SUCCESS],
  ["a MAC other than the assigned one", [SET_MAC, ...macWords(MAC + 1)], FAILURE],
  ["multicast filters", [SET_MULTICAST, 0], SUCCESS],
  ["a VLAN", [SET_VLAN, 5], SUCCESS],
  ["frames of the usual length", [SET_LPE, 1518], SUCCESS],
  ["long frames while the PF has none", [SET_LPE, 9018], FAILURE],
  ["one more MAC", [SET_MACVLAN, 0], FAILURE],
  ["API 1.1", [API_NEGOTIATE, API_1_1], SUCCESS],
  ["an API that nobody knows", [API_NEGOTIATE, 77], FAILURE],
  ["queues, with API 1.0", [GET_QUEUE], FAILURE],
  ["something else", [0x77], FAILURE],
])("the PF answers %s", (_name, message, result) => {
  const { vf, run } = afterReset();
  vf.send(message, 2);
  run();
  expect(vf.result).toBe(DONE);
  expect(vf.answer(1)[0]).toBe((message[0] ?? 0) | result | CTS);
});

test.each([
  ["zero", 0, FAILURE],
  ["multicast", 0x0100_5e00_0001, FAILURE],
  ["its own choice", MAC, SUCCESS],
])("a VF without an assigned MAC sets one: %s", (_name, mac, result) => {
  const { vf, run, controlled } = afterReset(0);
  vf.send([SET_MAC, ...macWords(mac)], 1);
  run();
  expect(vf.answer(1)[0]).toBe(SET_MAC | result | CTS);
  expect(controlled).toEqual(result === SUCCESS ? ["MAC a1b2c3d4e5f"] : []);
});

test("reset sets the API back to 1.0; queues are told from 1.1 on", () => {
  const { vf, pf, run } = afterReset();
  vf.send([API_NEGOTIATE, API_1_1], 2);
  run();
  vf.send([GET_QUEUE], 5);
  run();
  expect(vf.answer(5)).toEqual([GET_QUEUE | SUCCESS | CTS, 1, 1, 0, 0]);
  vf.reset();
  run();
  expect(pf.apiOf(0)).toBe(API_1_0);
});

test("a PF whose frames exceed 1514 bytes leaves a VF deaf until API 1.1 and a length", () => {
  const { vf, run, controlled } = afterReset(MAC, 9014);
  vf.reset();
  run();
  expect(controlled).toContain("receive false, send true");
  controlled.length = 0;
  vf.send([SET_LPE, 1518], 1);
  run();
  expect(vf.answer(1)[0]).toBe(SET_LPE | FAILURE | CTS);
  vf.send([API_NEGOTIATE, API_1_1], 1);
  run();
  vf.send([SET_LPE, 9018], 1);
  run();
  expect(controlled).toEqual([
    "receive false, send true",
    "receive true, send true",
    "frames of 9014",
  ]);
});

test("PFSTS, PFACK and RSTD are cleared by a read, RSTI is not", () => {
  const mailboxes = createMailboxes(2, { interruptPf: nobody, interruptVf: nobody });
  mailboxes.beginReset();
  mailboxes.writePf(1, STS | ACK);
  expect(mailboxes.readVf(1)).toBe(0x70);
  expect(mailboxes.readVf(1)).toBe(0x40);
  mailboxes.endReset();
  expect([mailboxes.readVf(1), mailboxes.readVf(1)]).toEqual([RSTD, 0]);
});

test("REQ drops VFU, sets a bit of MBVFICR and interrupts the PF; ACK interrupts the VF", () => {
  const log: string[] = [];
  const mailboxes = createMailboxes(2, {
    interruptPf: (vf) => void log.push(`PF by ${vf}`),
    interruptVf: (vf) => void log.push(`VF ${vf}`),
  });
  mailboxes.writeVf(1, VFU);
  expect([mailboxes.readPf(1), log]).toEqual([VFU, []]);
  mailboxes.writeVf(1, REQ);
  expect([mailboxes.readPf(1), mailboxes.causes(1), mailboxes.causes(0)]).toEqual([0, REQ, 0]);
  mailboxes.writePf(1, PFU);
  mailboxes.writePf(1, ACK);
  expect(mailboxes.readVf(1)).toBe(PFACK);
  expect(log).toEqual(["PF by 1", "VF 1"]);
  expect(() => mailboxes.readVf(2)).toThrow(RangeError);
  expect(() => mailboxes.word(0, 16)).toThrow(RangeError);
});

test("a driver has one command at a time; an idle one takes no step", () => {
  const { vf } = bench();
  expect(() => vf.step()).toThrow(RangeError);
  vf.reset();
  expect(() => vf.check()).toThrow(RangeError);
  expect(PF_CONTROL).toBe(0x100);
});

test("a MAC address in words has its first byte lowest", () => {
  expect(macWords(MAC)).toEqual([0x3d2c_1b0a, 0x5f4e]);
  expect(macOfWords(...macWords(0xfffe_fdfc_fbfa))).toBe(0xfffe_fdfc_fbfa);
});

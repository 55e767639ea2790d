/**
 * The filter line: which steps of a path or events of a connection match.
 *
 *     inst:server name:crash changed:table msg:Opened 3..5 not:flush retransmission
 *
 * All terms must match; a term without a key matches anywhere in the row. Case does not matter.
 */

/** What a filter can see of a row. */
export interface FilterableRow {
  readonly number: number;
  readonly title: string;
  readonly kind: string;
  readonly lane: string;
  readonly changed: readonly string[];
  readonly messages: readonly string[];
}

type Test = (row: FilterableRow) => boolean;

const has = (texts: readonly string[], part: string): boolean =>
  texts.some((text) => text.toLowerCase().includes(part));

const KEYS: Readonly<Record<string, (part: string) => Test>> = {
  inst: (part) => (row) => has([row.lane], part),
  name: (part) => (row) => has([row.title, row.kind], part),
  changed: (part) => (row) => has(row.changed, part),
  msg: (part) => (row) => has(row.messages, part),
  not: (part) => (row) => !has([row.title, row.kind], part),
};

/** Reads a filter line; undefined when it is empty and everything matches. */
export function parseFilter(line: string): Test | undefined {
  const tests = line
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== "")
    .map(testOf);
  return tests.length === 0 ? undefined : (row) => tests.every((test) => test(row));
}

function testOf(term: string): Test {
  const range = /^(\d*)\.\.(\d*)$/.exec(term);
  if (range !== null) {
    const from = range[1] === "" ? 0 : Number(range[1]);
    const to = range[2] === "" ? Number.POSITIVE_INFINITY : Number(range[2]);
    return (row) => row.number >= from && row.number <= to;
  }
  const colon = term.indexOf(":");
  const test = KEYS[term.slice(0, Math.max(colon, 0))];
  if (test !== undefined) {
    return test(term.slice(colon + 1));
  }
  return (row) => has([row.title, row.kind, row.lane, ...row.changed, ...row.messages], term);
}

/**
 * Random logs and random recordings for them.
 *
 * Logs are made as text, so that the grammar and the checks take part. Conditions speak of one or
 * two ids, of intervals with and without ids, of windows of time, and of values; a text that the
 * checks refuse is drawn again by the caller.
 */
import * as fc from "fast-check";
import { checkLog } from "../../spec/check-log.ts";
import type { ResolvedLog } from "../../spec/log.ts";
import { parseModule } from "../../spec/parse.ts";
import type { TraceEvent } from "../../traces/trace.ts";

const EVENTS = `
  clock t ns
  event born(conn: id, host: id)
  event move(conn: id, sent: time)  from "tcp.move"
  event mark(conn: id, by: side)    from "tcp.mark" from "mark" if e.n > 1
  final event gone(conn: id)        from "tcp.gone"
  event down(host: id)              event up(host: id)
  event tick                        from "tick"
  def outage = from down(_) until up(_)
  def hostDown(h) = from down(h) until up(h) or tick
`;

/** Conditions about an id `c`, without intervals. */
const plain: fc.Memo<string> = fc.memo((depth) => {
  const leaf = fc.constantFrom(
    "born(c)",
    "move(c)",
    "mark(c)",
    "mark(c, client)",
    "mark(_, server)",
    "gone(c)",
    "down(_)",
    "up(_)",
    "tick",
    "true",
    "(exists h in down.host: born(c, h))",
    "(exists h in born.host: down(h) and once born(c, h))",
    "(forall d in born.conn: not mark(d) since born(d))",
    "(count d in born.conn: once mark(d)) >= 2",
    "move(c, _).sent > 30ns + move(c, _).sent - 29ns",
  );
  if (depth <= 1) return leaf;
  const inner = plain(depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    inner.map((a) => `(not ${a})`),
    fc.tuple(inner, fc.constantFrom("and", "or"), inner).map((parts) => `(${parts.join(" ")})`),
    fc.tuple(inner, inner, within()).map(([a, b, w]) => `((${a}) since (${b})${w})`),
    fc
      .tuple(fc.constantFrom("once", "historically"), inner, within())
      .map(([op, a, w]) => `(${op} ${a}${w})`),
    inner.map((a) => `(previously ${a})`),
  );
});

function within(): fc.Arbitrary<string> {
  return fc.constantFrom("", "", " within 3ns", " within 10ns");
}

/** Conditions about `c` and the interval `o`. */
function state(): fc.Arbitrary<string> {
  const interval = fc.constantFrom(
    "o.begin",
    "o.end",
    "o.end + 4ns",
    "(o.begin + 6ns)",
    "(move(c, _).sent >= o.end)",
    "(move(c, _).sent < o.begin)",
    "(exists w in outage: w.begin > o.begin)",
    "(o.end - o.begin > 5ns)",
  );
  const one = fc.oneof({ weight: 3, arbitrary: plain(3) }, interval);
  return fc.oneof(
    one,
    fc.tuple(one, fc.constantFrom("and", "or"), one).map((parts) => `(${parts.join(" ")})`),
    one.map((a) => `(not ${a})`),
  );
}

const future: fc.Memo<string> = fc.memo((depth) => {
  if (depth <= 1) return fc.oneof(state(), moment());
  const inner = future(depth - 1);
  return fc.oneof(
    state(),
    moment(),
    inner.map((a) => `(not ${a})`),
    fc
      .tuple(inner, fc.constantFrom("and", "or", "implies"), inner)
      .map((parts) => `(${parts.join(" ")})`),
    fc
      .tuple(fc.constantFrom("always", "eventually"), inner, bound())
      .map(([op, a, w]) => `(${op} (${a})${w})`),
    fc
      .tuple(inner, fc.constantFrom("until", "leads to"), inner, bound())
      .map(([a, op, b, w]) => `((${a}) ${op} (${b})${w})`),
  );
});

function bound(): fc.Arbitrary<string> {
  return fc.constantFrom(
    "",
    "",
    " within 6ns",
    " within 5ns after o.end",
    " within 9ns after o.begin + 2ns",
  );
}

function moment(): fc.Arbitrary<string> {
  return fc
    .tuple(plain(2), fc.constantFrom("o.begin", "o.end", "o.end + 4ns"))
    .map(([a, m]) => `((${a}) at ${m})`);
}

const HEADS: readonly string[] = [
  "forall c in born.conn, o in outage:",
  "forall o in outage, c in move.conn:",
  "forall h in born.host, c in born.conn, o in hostDown(h):",
  "exists c in born.conn, o in outage:",
];

/** The text of a random log. */
export function arbitraryLog(): fc.Arbitrary<string> {
  const property = fc
    .tuple(fc.constantFrom(...HEADS), future(3))
    .map(([head, body]) => `${head} ${body}`);
  const invariant = plain(4).map((body) => `forall c in born.conn: ${body}`);
  return fc
    .tuple(property, property, invariant)
    .map(
      ([a, b, c]) =>
        `log Random {${EVENTS}  property A: ${a}\n  property B: ${b}\n  invariant C: ${c}\n}\n`,
    );
}

/** The resolved log of a text, or the codes of its mistakes. */
export function resolveText(text: string): ResolvedLog | readonly string[] {
  const { module, diagnostics } = parseModule({ path: "random.libretto", text });
  const [declared] = module.declarations;
  if (declared?.kind !== "log") return diagnostics.map(({ code, title }) => `${code} ${title}`);
  const checked = checkLog(declared);
  return checked.log ?? checked.diagnostics.map(({ code, title }) => `${code} ${title}`);
}

/** A random recording: events at times that often coincide. */
export function arbitraryEvents(): fc.Arbitrary<readonly TraceEvent[]> {
  const conn = fc.constantFrom("c1", "c2", "c3");
  const host = fc.constantFrom("h1", "h2");
  const side = fc.constantFrom("client", "server");
  const event = fc.oneof(
    fc.record({ kind: fc.constant("born"), conn, host }),
    fc.record({ kind: fc.constant("tcp.move"), conn, sent: fc.bigInt(0n, 60n) }),
    fc.record({ kind: fc.constant("tcp.mark"), conn, by: side }),
    fc.record({ kind: fc.constant("mark"), conn, by: side, n: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("tcp.gone"), conn }),
    fc.record({ kind: fc.constant("down"), host }),
    fc.record({ kind: fc.constant("up"), host }),
    fc.record({ kind: fc.constant("tick") }),
    fc.record({ kind: fc.constant("other") }),
  );
  return fc
    .array(fc.tuple(fc.integer({ min: 0, max: 6 }), event), {
      minLength: 8,
      maxLength: 24,
      size: "max",
    })
    .map((steps) => {
      let time = 0n;
      return steps.map(([step, { kind, ...attributes }], index) => {
        time += BigInt(step);
        return { time, kind, attributes, origin: { source: 0, ordinal: index + 1 } };
      });
    });
}

/**
 * Each construct of the language, as text and as the tree that it becomes.
 *
 * A case is a text, `=>` and the tree in nested words (`shape.fixture.ts`); cases stand between
 * blank lines. Space means nothing in either.
 */
import { expect, test } from "vitest";
import { parseModule } from "./parse.ts";
import { shape } from "./shape.fixture.ts";
import type { Declaration } from "./syntax.ts";

type Case = readonly [text: string, tree: string];

function cases(table: string): readonly Case[] {
  return table
    .trim()
    .split(/\n\s*\n/)
    .map((entry) => {
      const line = entry.replace(/\s+/g, " ").trim();
      const arrow = line.lastIndexOf(" => ");
      return [line.slice(0, arrow), line.slice(arrow + " => ".length)];
    });
}

/** The only declaration of a text without mistakes. */
function only(text: string): Declaration {
  const { module, diagnostics } = parseModule({ path: "t.libretto", text });
  expect(diagnostics).toEqual([]);
  const [declaration, second] = module.declarations;
  if (declaration === undefined || second !== undefined) throw new Error(`not one in ${text}`);
  return declaration;
}

const declarations = String.raw`
  const N = 2
    => (const N (number 2))

  const N : 0..3 = 2
    => (const N (rangeType (number 0) (number 3)) (number 2))

  const bug = false
    => (const bug (bool))

  id X
    => (id X)

  symmetric id Client
    => (id Client symmetric)

  type Idx = 0..3 wrap
    => (type Idx (rangeType (number 0) (number 3)) wrap)

  type T = 0..N - 1 saturate
    => (type T (rangeType (number 0) (binary - N (number 1))) saturate)

  type M = map<E, list<bool; 2>>
    => (type M (mapType (namedType E) (listType (boolType) (number 2))) fail)

  type O = set<X>?
    => (type O (optionalType (setType (namedType X))) fail)

  enum E { A, B }
    => (enum E [A B])

  record R { from: E, in: bool? }
    => (record R [(from (namedType E)) (in (optionalType (boolType)))])

  message M { Open(c: Client), Ack }
    => (message M [(Open [(c (namedType Client))]) (Ack [])])

  interface I { port in a : M  port out b : N per X }
    => (interface I [(port in a M) (port out b N X)])

  def quiet = req.empty
    => (def quiet [] (field req empty))

  def f(x: T, y) = x
    => (def f [(x (namedType T)) (y)] x)

  machine A(me: X) { use I }
    => (machine A [(me (namedType X))] [(interfaceUse I)])

  machine A { port out rep : Rep per Client }
    => (machine A [] [(port out rep Rep Client)])

  machine A { durable var inc : Inc = 0 }
    => (machine A [] [(var inc durable (namedType Inc) (number 0))])

  machine A { shared ghost var x : bool = true }
    => (machine A [] [(var x shared ghost (boolType) (bool true))])

  machine A { timer rto 200ms..120s  timer one 3s }
    => (machine A [] [(timer rto 200ms 120s) (timer one 3s 3s)])

  machine A { interrupt line  otherwise drop }
    => (machine A [] [(interrupt line) (otherwise drop)])

  machine A { fault crash from Up, Down.In -> Up { x = 1 } inbox drop }
    => (machine A [] [(fault crash [([Up]) ([Down In])] ([Up]) (block [(assign x = (number 1))])
    dropInbox)])

  machine A { fault crash }
    => (machine A [] [(fault crash [])])

  machine A { initial mode Up { entry { } exit { fence } } final mode Down { } }
    => (machine A [] [(mode Up initial [(entry (block [])) (exit (block [(fence)]))]) (mode Down
    final [])])

  machine A { mode Up { parallel { region R { mode X { } } } } }
    => (machine A [] [(mode Up [(parallel [(region R [(mode X [])])])])])

  machine A { mode U { step go if x > 0 -> U.V { x -= 1 } } }
    => (machine A [] [(mode U [(step go none (binary > x (number 0)) ([U V]) (block [(assign x -=
    (number 1))]))])])

  machine A { mode U { fair on p.M(x, _) } }
    => (machine A [] [(mode U [(receive p M [x _] weak)])])

  machine A { mode U { strongly fair on p[i].M } }
    => (machine A [] [(mode U [(receive p i M [] strong)])])

  machine A { mode U { after rto -> U  on interrupt line } }
    => (machine A [] [(mode U [(after rto none ([U])) (onInterrupt line none)])])

  machine A { mode U { ignore p.M, q.N  defer p.O; block q.P } }
    => (machine A [] [(mode U [(disposition ignore [(p M) (q N)]) (disposition defer [(p O)])
    (disposition block [(q P)])])])

  machine A { mode mode { step step -> step  on from.event } }
    => (machine A [] [(mode mode [(step step none ([step])) (receive from event [] none)])])

  thread P(c: Core) on core c { A: await x == 1 { fence } then B  fair B: if x then A else if y
  then B else A }
    => (thread P [(c (namedType Core))] c [] [(line none A (binary == x (number 1)) (block
    [(fence)]) (then B)) (line weak B (branch x A (branch y B (then A))))])

  thread P { var t : bool = true  A: }
    => (thread P [] [(var t (boolType) (bool true))] [(line none A)])

  system S { memory tso(2)  a : A  app[c: X] : App(c, 1) }
    => (system S [] [(memory tso (number 2)) (instance a A []) (instance app (c X) App [c (number
    1)])])

  system S { channel n : app[*].p -> b.q[c] mailbox(2) lossy reordering(3) }
    => (system S [] [(channel n (app all p) (b q c) mailbox (number 2) [(lossy) (reordering
    (number 3))])])

  system S { channel n : a.p -> b[c].q rendezvous }
    => (system S [] [(channel n (a p) (b c q) rendezvous [])])

  system S { invariant I: a  reachable R: b  property P: a leads to b }
    => (system S [] [(invariant I a) (reachable R b) (property P (temporalBinary leads to a b))])

  refinement R: Impl implements Abs { link[c].at = x }
    => (refinement R Impl Abs [((field (index link c) at) x)])

  check c of S { N = 3  bug = true  memory sc }
    => (check c S [(setting N (number 3)) (setting bug (bool true)) (memory sc)])

  check c of S { faults m.f <= n, a.b unbounded }
    => (check c S [(faults m f n) (faults a b)])

  check c of S { budget 60s, 1 GB, 100 states  only P, Q  allow stuck }
    => (check c S [(budget [(time 60s) (memory 1000000000 1 GB) (states 100)]) (only [P Q])
    (allowStuck)])

  check c of S { profile nightly }
    => (check c S [(nightly)])

  check c of S { expect 1769 states; expect violation of P }
    => (check c S [(expectStates 1769) (expectViolation P)])

  scenario "a \"b\"" of S { X = 1  do a[X1].open  …  expect x == 1  ...  must fail P }
    => (scenario a "b" S [(setting X (number 1)) (do (a X1 open)) (gap) (expect (binary == x
    (number 1))) (gap) (mustFail P)])

  binding b of S { clock e.ts ns skew 200us  event "x" if e.a > 0 => s.t where { c = e.d }
  observe s.x = e.x  hidden a[e.i].w, b.w upto 3  ignore "p", "q" }
    => (binding b S [(clock (field e ts) ns 200us) (bindEvent x (binary > (field e a) (number 0))
    (s t) [(c (field e d))]) (observe (field s x) (field e x)) (hidden [(a (field e i) w) (b w)]
    3) (ignoreEvents [p q])])

  log L { event down(server: id) from "k" if e.x == "y" where { server = e.i } from "l"  ignore
  "z" }
    => (log L [(event down [(server id)] [(k (binary == (field e x) (string y)) [(server (field e
    i))]) (l [])]) (ignoreEvents [z])])

  log L { invariant I: a on loss inconclusive  def a(c) = not r(c) since e(c) }
    => (log L [(invariant I a inconclusive) (def a [(c)] (temporalBinary since (not (call r [c]))
    (call e [c])))])

  deployment d of S { hardware { cores 4  nic { vfs 2 }  link { loss 1% delay 20us } } }
    => (deployment d S [(hardware [(cores (number 4) []) (nic [(vfs (number 2) [])]) (link [(loss
    (percent 1) []) (delay (duration 20us) [])])])])

  deployment d of S { domain n on core 0 { a, b }  domain a[c: X] on core 1..3 { a[c] } }
    => (deployment d S [(domain n ((number 0) (number 0)) [a b]) (domain a (c X) ((number 1)
    (number 3)) [(index a c)])])

  deployment d of S { channel r, s via ring(512) doorbell  at 5s fault s.crash  at 7s do s.go
  run 30s  seed 7 }
    => (deployment d S [(via [r s] [(ring (number 512)) (doorbell)]) (at (5s 5s) fault (s crash))
    (at (7s 7s) do (s go)) (run 30s) (seed 7)])

  deployment d of S { at 1s..2s do s.go 30%
  when s in Up after 1us fault s.crash 5% times 3  at 5s swizzle r, q over 1s
  s.go takes 1s..2s  heal 9s { A within 1s: x == 1 }  swarm  run 30s }
    => (deployment d S [(at (1s 2s) do (s go) (percent 30)) (when (binary in s Up) (1us 1us) fault
    (s crash) (percent 5) (3)) (swizzle (5s 5s) [r q] 1s) (takes (s go) (1s 2s)) (heal 9s [(A 1s
    (binary == x (number 1)))]) (swarm) (run 30s)])

  deployment d of S {
  traffic a[c: X] every 1s bytes 8 { through s if s in Up  refused if x } }
    => (deployment d S [(traffic a (c X) 1s (8) [(s (binary in s Up)) (x)])])

  deployment d of S { traffic Kept: a every 1s bytes 8 { through nic if x } }
    => (deployment d S [(traffic Kept a 1s (8) [(nic x)])])
`;

test.each(cases(declarations))("%s", (text, tree) => {
  expect(shape(only(text))).toBe(tree);
});

const statements = `
  x = 1
    => (assign x = (number 1))

  x[i].f += y
    => (assign (field (index x i) f) += y)

  x = swap(v, e)
    => (swap x v e)

  swap(v[0], e)
    => (swap (index v (number 0)) e)

  ok = cas(v, a, b)
    => (cas ok v a b)

  send port[i].Msg(e, f)
    => (send port i Msg [e f])

  send port.Msg
    => (send port Msg [])

  if a { x = 1 } else if b { } else { y = 2 }
    => (if a (block [(assign x = (number 1))]) (block [(if b (block []) (block [(assign y =
    (number 2))]))]))

  for x in S { s += x }
    => (for x S (block [(assign s += x)]))

  choose x in S where x != y
    => (choose x S (binary != x y))

  assert a implies b
    => (assert (binary implies a b))

  start t
    => (startTimer t)

  stop t
    => (stopTimer t)

  raise dev.line
    => (raise (field dev line))

  mask l
    => (mask l)

  unmask l
    => (unmask l)

  fence
    => (fence)

  send = start
    => (assign send = start)
`;

test.each(cases(statements))("in a block: %s", (text, tree) => {
  const machine = only(`machine A { mode U { entry { ${text} } } }`);
  expect(shape(machine)).toBe(`(machine A [] [(mode U [(entry (block [${tree}]))])])`);
});

const expressions = `
  a and not b == c implies d or e
    => (binary implies (binary and a (not (binary == b c))) (binary or d e))

  a implies b implies c
    => (binary implies a (binary implies b c))

  a - b - c * d % 2
    => (binary - (binary - a b) (binary % (binary * c d) (number 2)))

  -a + b
    => (binary + (minus a) b)

  not a in S and b not in S
    => (binary and (not (binary in a S)) (binary not in b S))

  a.b[c].d(e, 1)
    => (call (field (index (field a b) c) d) [e (number 1)])

  m.get(k, d)
    => (call (field m get) [k d])

  { x in S where p }
    => (comprehension (x S) p)

  { a, b }
    => (setLiteral [a b])

  {}
    => (setLiteral [])

  [a, b]
    => (listLiteral [a b])

  forall x in S, y in T: x == y
    => (quantified forall [(x S) (y T)] (binary == x y))

  count x in S: p
    => (quantified count [(x S)] p)

  if a then b else c
    => (conditional a b c)

  always a implies b
    => (temporal always (binary implies a b))

  eventually a within 2s
    => (temporal eventually a (2s))

  a until b
    => (temporalBinary until a b)

  a and b until c or d
    => (temporalBinary until (binary and a b) (binary or c d))

  a leads to b within 3s after o.end
    => (temporalBinary leads to a b (3s (field o end)))

  once a since previously b
    => (temporalBinary since (temporal once a) (temporal previously b))

  a at o.begin implies not r(c) until o.end + 3s
    => (binary implies (at a (field o begin)) (temporalBinary until (not (call r [c])) (binary +
    (field o end) (duration 3s))))

  from down(_) until up(_)
    => (interval (call down [(wildcard)]) (call up [(wildcard)]))

  "text" == e.x
    => (binary == (string text) (field e x))

  none
    => (none)

  once + count - from
    => (binary - (binary + once count) from)

  at.mode == event
    => (binary == (field at mode) event)

  (a)
    => a
`;

test.each(cases(expressions))("as an expression: %s", (text, tree) => {
  expect(shape(only(`def f = ${text}`))).toBe(`(def f [] ${tree})`);
});

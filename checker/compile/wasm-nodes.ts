/**
 * Trees of interned pairs in WebAssembly: states share what they have in common.
 *
 *              root  (7, 4)                    8 bytes for each state
 *             /            \
 *        node 7: (2, 5)    node 4: (word 4, word 5)      each pair is stored once
 *        /            \
 *     node 2:         node 5:
 *     (word 0, word 1) (word 2, word 3)
 *
 *     fold      state ──► root, adding the nodes that are new
 *     unfold    id ──► state
 *
 * All inner nodes are in one set of pairs, whatever their place in the tree: the place is known
 * where a pair is read (`state-tree.ts`). Two states have the same root if and only if they are the
 * same, as a pair gets its number by comparison and not by its hash alone. Few values of
 * the parts make many states, so that what a state takes is little more than its root.
 *
 * Successive states differ little: for each place in the tree the memo has the pair that was folded
 * last and its number, so that only nodes on the way from a changed word to the root are looked up.
 * It starts as the tree of zeroes: node 0 is the pair of zeroes.
 *
 * Source: Laarman, van de Pol, Weber, "Parallel recursive state compression for free" (SPIN 2011),
 * where the numbers are places in tables that do not grow; ours are given in order, which lets
 * tables grow without touching what refers to a node.
 */
import {
  block,
  br,
  brIf,
  call,
  get,
  getGlobal,
  i32,
  i64,
  label,
  load32,
  load64,
  loop,
  type Part,
  set,
  setGlobal,
  store32,
  store64,
  type ValueType,
  when,
} from "./wasm-code.ts";
import { type CompressedLayout, NODE_TABLE_MEMORY, NODES_MEMORY } from "./compressed-layout.ts";
import { hashPair } from "./wasm-copy.ts";
import { STATES_MEMORY } from "./wasm-layout.ts";
import { nextSlot, slotAddress, tagOf, upTo } from "./wasm-lookup.ts";
import type { ModuleBuilder } from "./wasm-module.ts";
import type { StateTree } from "./state-tree.ts";

/** Numbers of globals and functions. */
export interface Nodes {
  readonly module: ModuleBuilder;
  readonly layout: CompressedLayout;
  /** Function of the host: room for so many more states with all their nodes. */
  readonly reserve: number;
  readonly stopped: number;
  readonly count: number;
  readonly capacity: number;
  readonly slots: number;
  readonly idMask: number;
  /** (pair, adding) → number, or -1 when it is not there or has no room. */
  readonly intern: number;
  /** (address of a state, address for its root, adding) → 1, or 0 where a node is missing. */
  readonly fold: number;
  /** (id, address for the state). */
  readonly unfold: number;
}

export function defineNodes(base: Pick<Nodes, "module" | "layout" | "reserve" | "stopped">): Nodes {
  const { module } = base;
  const nodes: Nodes = {
    ...base,
    count: module.global("i32", "nodeCount"),
    capacity: module.global("i32", "nodeCapacity"),
    slots: module.global("i32", "nodeSlots"),
    idMask: module.global("i32", "nodeIdMask"),
    intern: module.declare(["i64", "i32"], ["i32"]),
    fold: module.declare(["i32", "i32", "i32"], ["i32"]),
    unfold: module.declare(["i32", "i32"], []),
  };
  defineIntern(nodes);
  defineRehash(nodes);
  defineFold(nodes);
  defineUnfold(nodes);
  module.export("intern", nodes.intern);
  module.export("fold", nodes.fold);
  module.export("unfold", nodes.unfold);
  return nodes;
}

// ---------------------------------------------------------------------------- the set of nodes

function defineIntern(nodes: Nodes): void {
  const { module, reserve, stopped, count, capacity, slots, idMask, intern } = nodes;
  const [pair, adding, hash, at, slot, tag] = [0, 1, 2, 3, 4, 5];
  const [done, again, next] = [label("done"), label("again"), label("next")];
  const stored = load64(NODES_MEMORY, pairAddress(i32.sub(get(slot), i32.const(1))));
  const missing = [
    brIf(done, i32.eqz(get(adding))),
    when(i32.geU(getGlobal(count), getGlobal(capacity)), [
      when(i32.eqz(call(reserve, i32.const(1))), [setGlobal(stopped, i32.const(1)), br(done)]),
      // The table may be another now.
      br(again),
    ]),
    store64(NODES_MEMORY, pairAddress(getGlobal(count)), 0, get(pair)),
    set(slot, i32.add(getGlobal(count), i32.const(1))),
    setGlobal(count, get(slot)),
    store32(NODE_TABLE_MEMORY, get(at), 0, i32.or(get(tag), get(slot))),
    br(done),
  ];
  const search = loop(
    next,
    set(slot, load32(NODE_TABLE_MEMORY, get(at))),
    when(i32.eqz(get(slot)), missing),
    set(slot, i32.xor(get(slot), get(tag))),
    when(i32.leU(get(slot), getGlobal(idMask)), brIf(done, i64.eqz(i64.xor(stored, get(pair))))),
    nextSlot(at, slots),
    br(next),
  );
  module.define(
    intern,
    ["i64", "i32", "i32", "i32"],
    [
      hashPair(hash, get(pair)),
      block(
        done,
        loop(
          again,
          set(at, slotAddress(hash, getGlobal(slots))),
          set(tag, tagOf(hash, idMask)),
          search,
        ),
      ),
      i32.sub(get(slot), i32.const(1)),
    ],
  );
}

function pairAddress(number: Part): Part {
  return i32.shl(number, i32.const(3));
}

/** (first, end): places nodes that are not in the table. */
function defineRehash({ module, slots, idMask }: Nodes): void {
  const [number, end, hash, at] = [0, 1, 2, 3];
  const [free, next] = [label("free"), label("next")];
  const rehash = module.declare(["i32", "i32"], []);
  module.define(
    rehash,
    ["i64", "i32"],
    upTo(number, get(end), 1, [
      hashPair(hash, load64(NODES_MEMORY, pairAddress(get(number)))),
      set(at, slotAddress(hash, getGlobal(slots))),
      block(
        free,
        loop(
          next,
          brIf(free, i32.eqz(load32(NODE_TABLE_MEMORY, get(at)))),
          nextSlot(at, slots),
          br(next),
        ),
      ),
      store32(
        NODE_TABLE_MEMORY,
        get(at),
        0,
        i32.or(tagOf(hash, idMask), i32.add(get(number), i32.const(1))),
      ),
    ]),
  );
  module.export("rehashNodes", rehash);
}

// ---------------------------------------------------------------------------- folding

/** A function under construction that walks the tree of a state. */
interface Walk {
  readonly nodes: Nodes;
  /** Types of the locals that follow the parameters. */
  readonly locals: ValueType[];
  readonly parameters: number;
  /** Inner nodes so far. */
  inner: number;
}

function local(walk: Walk, type: ValueType): number {
  return walk.parameters + walk.locals.push(type) - 1;
}

function defineFold(nodes: Nodes): void {
  const { module, layout, fold } = nodes;
  const [state, into, adding] = [0, 1, 2];
  const walk: Walk = { nodes, locals: [], parameters: 3, inner: 0 };
  const [failed, done] = [label("failed"), label("done")];
  const result = local(walk, "i32");
  const { before, value } = foldPair(walk, { state, adding, failed }, layout.tree);
  module.define(fold, walk.locals, [
    block(
      done,
      block(
        failed,
        before,
        store64(STATES_MEMORY, get(into), 0, value),
        set(result, i32.const(1)),
        br(done),
      ),
      set(result, i32.const(0)),
    ),
    get(result),
  ]);
}

interface Folding {
  readonly state: number;
  readonly adding: number;
  readonly failed: ReturnType<typeof label>;
}

interface Folded {
  /** What is to be done before. */
  readonly before: Part;
  readonly value: Part;
}

/** The pair that a tree becomes; a state of one word is paired with 0. */
function foldPair(walk: Walk, folding: Folding, tree: StateTree): Folded {
  if (typeof tree === "number") {
    const { before, value } = foldPart(walk, folding, tree);
    return { before, value: i64.extend(value) };
  }
  const [left, right] = tree;
  if (typeof left === "number" && right === left + 1) {
    return { before: [], value: load64(STATES_MEMORY, get(folding.state), 4 * left) };
  }
  const [one, other] = [foldPart(walk, folding, left), foldPart(walk, folding, right)];
  const upper = i64.shl(i64.extend(other.value), i64.const(32n));
  return {
    before: [one.before, other.before],
    value: i64.or(i64.extend(one.value), upper),
  };
}

/** What stands for a part in a pair: a word itself, or the number of a node. */
function foldPart(walk: Walk, folding: Folding, tree: StateTree): Folded {
  if (typeof tree === "number") {
    return { before: [], value: load32(STATES_MEMORY, get(folding.state), 4 * tree) };
  }
  const { before, value: pair } = foldPair(walk, folding, tree);
  const { layout, intern } = walk.nodes;
  const index = walk.inner++;
  const [folded, number] = [local(walk, "i64"), local(walk, "i32")];
  const [pairAt, numberAt] = [layout.memoPairs + 8 * index, layout.memoNumbers + 4 * index];
  const known = load64(STATES_MEMORY, i32.const(0), pairAt);
  return {
    before: [
      before,
      set(folded, pair),
      when(
        i64.eqz(i64.xor(get(folded), known)),
        set(number, load32(STATES_MEMORY, i32.const(0), numberAt)),
        [
          set(number, call(intern, get(folded), get(folding.adding))),
          brIf(folding.failed, i32.eq(get(number), i32.const(-1))),
          store64(STATES_MEMORY, i32.const(0), pairAt, get(folded)),
          store32(STATES_MEMORY, i32.const(0), numberAt, get(number)),
        ],
      ),
    ],
    value: get(number),
  };
}

// ---------------------------------------------------------------------------- unfolding

function defineUnfold(nodes: Nodes): void {
  const { module, layout, unfold } = nodes;
  const [id, into] = [0, 1];
  const walk: Walk = { nodes, locals: [], parameters: 2, inner: 0 };
  const root = load64(STATES_MEMORY, pairAddress(get(id)), layout.narrow.arena);
  const body = unfoldPair(walk, into, root, layout.tree);
  module.define(unfold, walk.locals, body);
}

function unfoldPair(walk: Walk, into: number, pair: Part, tree: StateTree): Part {
  if (typeof tree === "number") return unfoldPart(walk, into, i32.wrap(pair), tree);
  const [left, right] = tree;
  if (typeof left === "number" && right === left + 1) {
    return store64(STATES_MEMORY, get(into), 4 * left, pair);
  }
  const whole = local(walk, "i64");
  const upper = i32.wrap(i64.shrU(get(whole), i64.const(32n)));
  return [
    set(whole, pair),
    unfoldPart(walk, into, i32.wrap(get(whole)), left),
    unfoldPart(walk, into, upper, right),
  ];
}

function unfoldPart(walk: Walk, into: number, value: Part, tree: StateTree): Part {
  if (typeof tree === "number") return store32(STATES_MEMORY, get(into), 4 * tree, value);
  return unfoldPair(walk, into, load64(NODES_MEMORY, pairAddress(value)), tree);
}

/**
 * Where the compressed core keeps what: `CompressedLayout`, two layouts in one memory.
 *
 *     memory 0   wide: tallies, successors │ two states │ memo │ narrow: roots of them │ roots ──►
 *     memory 1   table of the roots: slot → tag, id + 1 ──►
 *     memory 2   nodes: pairs ──►
 *     memory 3   table of the nodes: slot → tag, number + 1 ──►
 *
 * Routines work on whole states in the `wide` layout. A state is kept as one pair of words, its
 * root; for the visited set that pair is the state, and the `narrow` layout is that of a search
 * whose states have two words.
 */
import type { Code } from "./code.ts";
import { PAGE_BYTES } from "./room.ts";
import type { StateTree } from "./state-tree.ts";
import { layoutOf, movedBy, type WasmLayout } from "./wasm-layout.ts";

export const NODES_MEMORY = 2;
export const NODE_TABLE_MEMORY = 3;

/** Words of a root. */
const ROOT_WORDS = 2;

export interface CompressedLayout {
  readonly wide: WasmLayout;
  readonly narrow: WasmLayout;
  readonly tree: StateTree;
  /** Nodes of the tree of a state, besides its root. */
  readonly inner: number;
  /** Addresses of the state that is expanded and of the one that is judged. */
  readonly expanded: number;
  readonly judged: number;
  /** For each inner node of the state that was folded last: its pair, and its number. */
  readonly memoPairs: number;
  readonly memoNumbers: number;
}

/** Throws a RangeError when the labels of a Code alone would fill the memory. */
export function compressedLayoutOf(code: Code, tree: StateTree): CompressedLayout {
  const wide = layoutOf(code, 1);
  const inner = Math.max(0, code.words - ROOT_WORDS);
  const expanded = wide.arena;
  const judged = aligned(expanded + wide.size, 16);
  const memoPairs = aligned(judged + wide.size, 16);
  const memoNumbers = memoPairs + 8 * inner;
  const from = aligned(memoNumbers + 4 * inner, PAGE_BYTES);
  const roots = movedBy(from, layoutOf({ ...code, words: ROOT_WORDS }, 1));
  const narrow = { ...roots, linked: false, arena: roots.arena + from };
  return { wide, narrow, tree, inner, expanded, judged, memoPairs, memoNumbers };
}

function aligned(address: number, to: number): number {
  return Math.ceil(address / to) * to;
}

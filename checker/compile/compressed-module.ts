/**
 * The module of the compressed core: the inner loop of `wasm-runtime.ts`, with states that are kept
 * as trees (`wasm-nodes.ts`).
 *
 *     id ──unfold──► state ──routines──► successors ──fold──► roots ──insert──► visited set
 *
 * The visited set is that of `wasm-table.ts` for states of two words, which roots are. So a batch
 * of roots is looked up with the latency of memory hidden, and folding, which stays within the
 * nodes, runs before.
 */
import type { Code } from "./code.ts";
import type { CompressedLayout } from "./compressed-layout.ts";
import {
  block,
  brIf,
  call,
  either,
  get,
  getGlobal,
  i32,
  label,
  loop,
  br,
  type Part,
  set,
  store32,
  when,
} from "./wasm-code.ts";
import { STATES_MEMORY } from "./wasm-layout.ts";
import type { Table } from "./wasm-lookup.ts";
import type { ModuleBuilder } from "./wasm-module.ts";
import { defineNodes, type Nodes } from "./wasm-nodes.ts";
import { assemble, type Keep, type WasmExports } from "./wasm-runtime.ts";
import type { WasmGlobal } from "./wasm-engine.ts";
import { defineTable } from "./wasm-table.ts";
import { upTo } from "./wasm-lookup.ts";

/** What the module exports besides that of every core. */
export interface CompressedExports extends WasmExports {
  readonly nodeCount: WasmGlobal;
  readonly nodeCapacity: WasmGlobal;
  readonly nodeSlots: WasmGlobal;
  readonly nodeIdMask: WasmGlobal;
  intern(pair: bigint, adding: number): number;
  /** Puts the root of the state at an address at another; 0 when a node is missing. */
  fold(state: number, into: number, adding: number): number;
  /** Puts a state at an address. */
  unfold(id: number, into: number): void;
  rehashNodes(first: number, end: number): void;
}

/** The bytes of the module for a Code. */
export function assembleCompressed(code: Code, layout: CompressedLayout): Uint8Array<ArrayBuffer> {
  return assemble(code, layout.wide, keepCompressed(layout));
}

function keepCompressed(layout: CompressedLayout): Keep {
  return {
    memories: ["states", "table", "nodes", "nodeTable"],
    define(module, wide, host, judge) {
      const found = new Map<string, number>();
      // The functions of the table take roots; those of the same names here take states.
      const within: ModuleBuilder = {
        ...module,
        export: (name, callee) => void found.set(name, callee),
      };
      const table = defineTable(within, layout.narrow, host, judge, undefined);
      const { stopped, count, capacity } = table;
      const nodes = defineNodes({ module, layout, reserve: host.reserve, stopped });
      const callee = (name: string): number => found.get(name) ?? -1;
      module.export("rehash", callee("rehash"));
      defineLookUps(nodes, callee("find"));
      const isShort = (total: number, used: number, wanted: number): Part =>
        i32.ltU(i32.sub(getGlobal(total), getGlobal(used)), i32.const(wanted));
      return {
        table,
        insert: defineInsert(nodes, table),
        isShort: i32.or(
          isShort(capacity, count, wide.entries),
          isShort(nodes.capacity, nodes.count, wide.entries * layout.inner),
        ),
        bring(id, state, use) {
          const place = use === "expand" ? layout.expanded : layout.judged;
          return [set(state, i32.const(place)), call(nodes.unfold, get(id), get(state))];
        },
      };
    },
  };
}

/** (end of successors): folds those in the buffer, and adds their roots. */
function defineInsert({ module, layout, fold, stopped }: Nodes, table: Table): number {
  const { wide, narrow } = layout;
  const [end, state, root] = [0, 1, 2];
  const [all, each] = [label("all"), label("each")];
  const insert = module.declare(["i32"], []);
  module.define(
    insert,
    ["i32", "i32"],
    [
      set(state, i32.const(wide.buffer)),
      set(root, i32.const(narrow.buffer)),
      block(
        all,
        loop(
          each,
          brIf(all, i32.geU(get(state), get(end))),
          brIf(all, i32.eqz(call(fold, get(state), get(root), i32.const(1)))),
          set(state, i32.add(get(state), i32.const(wide.stride))),
          set(root, i32.add(get(root), i32.const(narrow.stride))),
          br(each),
        ),
      ),
      when(i32.eqz(getGlobal(stopped)), call(table.insert, get(root))),
    ],
  );
  module.export("insert", insert);
  return insert;
}

/** `find` and `locate` of whole states. */
function defineLookUps({ module, layout, fold }: Nodes, findRoot: number): void {
  const { wide, narrow } = layout;
  const find = module.declare(["i32"], ["i32"]);
  const root = i32.const(narrow.outside);
  const isFolded = call(fold, get(0), root, i32.const(0));
  module.define(find, [], either("i32", isFolded, call(findRoot, root), i32.const(-1)));
  module.export("find", find);
  const [end, state] = [0, 1];
  const locate = module.declare(["i32"], []);
  module.define(
    locate,
    ["i32"],
    [
      set(state, i32.const(wide.buffer)),
      upTo(state, get(end), wide.stride, [
        store32(STATES_MEMORY, get(state), wide.size, call(find, get(state))),
      ]),
    ],
  );
  module.export("locate", locate);
}

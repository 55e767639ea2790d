/**
 * Addresses of a layout as an instance finds them: several that share memories have each their own
 * part of memory 0.
 */
import { getGlobal, i32, type Part } from "./wasm-code.ts";
import type { WasmLayout } from "./wasm-layout.ts";

/** Of workers that share memories: the number of the global that holds the base of each. */
export const BASE_GLOBAL = 0;

/** What an instance adds to the addresses of the layout that it has to itself. */
export function basePart({ workers }: WasmLayout): Part {
  return workers === 1 ? i32.const(0) : getGlobal(BASE_GLOBAL);
}

/** An address of the layout as that of an instance. */
export function ownPart(layout: WasmLayout, address: number): Part {
  if (layout.workers === 1) return i32.const(address);
  return i32.add(basePart(layout), i32.const(address));
}

/**
 * The part of the `WebAssembly` global that we use, with types.
 *
 * The declarations that TypeScript has of it belong to browsers and would bring those of documents
 * and windows along.
 */

export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** Throws a RangeError where there is no memory. */
  grow(pages: number): number;
}

export interface WasmGlobal {
  value: number;
}

export interface WasmModule {
  readonly compiled: unique symbol;
}

interface WasmEngine {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: unknown };
}

const engine: WasmEngine = (globalThis as unknown as { WebAssembly: WasmEngine }).WebAssembly;

/** Whether the bytes are a module. */
export function validates(bytes: Uint8Array<ArrayBuffer>): boolean {
  return engine.validate(bytes);
}

/** A memory of one page that threads can share. */
export function sharedMemory(pagesMax: number): WasmMemory {
  return new engine.Memory({ initial: 1, maximum: pagesMax, shared: true });
}

export function compileModule(bytes: Uint8Array<ArrayBuffer>): WasmModule {
  return new engine.Module(bytes);
}

/** The exports of an instance; the caller knows their types, having written the module. */
export function instantiate(module: WasmModule, host: object): unknown {
  return new engine.Instance(module, { host }).exports;
}

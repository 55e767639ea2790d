/**
 * Where the state of event channels lies in one array: a stretch of cells for each domain.
 *
 *     port 0 … port n-1 │ pending bits │ mask bits │ vCPU 0 … vCPU m-1 │ next port of a reset
 *
 *     port   state │ remote domain │ remote port │ vCPU that is notified │ attached to Xen
 *     vCPU   selector, two cells │ upcall pending │ upcall mask │ blocked │ polls
 *
 * `polls` is 0 while the vCPU does not poll, a port, or -1 for several. Bits are kept 32 to a cell
 * with both word sizes of the ABI; the word size decides only which selector bit a port has.
 */

/** Bits of a word of the guest's ABI: 4096 ports with 64, 1024 with 32. */
export type WordBits = 32 | 64;

export interface EventShape {
  readonly domains: number;
  /** vCPUs of each domain. */
  readonly vcpus: number;
  readonly wordBits: WordBits;
  /** Ports that a domain may have; at most what the ABI allows. */
  readonly ports: number;
  /** Only in PV guests does the upcall mask keep events away from a vCPU; HVM is the default. */
  readonly guest?: "hvm" | "pv";
}

export interface EventLayout {
  portAt(domain: number, port: number): number;
  pendingAt(domain: number): number;
  maskAt(domain: number): number;
  vcpuAt(domain: number, vcpu: number): number;
  resetAt(domain: number): number;
}

const PORT_CELLS = 5;
const VCPU_CELLS = 6;
/** Offsets in the cells of a vCPU, after the selector. */
export const UPCALL_PENDING = 2;
export const UPCALL_MASK = 3;
export const BLOCKED = 4;
export const POLLS = 5;

/** Ports that the ABI has room for: one selector bit for each word of ports. */
export function portsOfAbi(wordBits: WordBits): number {
  return wordBits * wordBits;
}

/** Cells that event channels of this shape take. */
export function eventCellsOf(shape: EventShape): number {
  return shape.domains * strideOf(shape);
}

/** Throws a RangeError for a shape that the ABI has no room for. */
export function eventLayoutOf(shape: EventShape): EventLayout {
  const { vcpus, wordBits, ports } = shape;
  if (ports > portsOfAbi(wordBits)) {
    throw new RangeError(`The ABI with ${wordBits}-bit words has ${portsOfAbi(wordBits)} ports`);
  }
  const bitCells = Math.ceil(ports / 32);
  const stride = strideOf(shape);
  const pendingAt = (domain: number): number => domain * stride + ports * PORT_CELLS;
  const maskAt = (domain: number): number => pendingAt(domain) + bitCells;
  const vcpuAt = (domain: number, vcpu: number): number =>
    maskAt(domain) + bitCells + vcpu * VCPU_CELLS;
  return {
    portAt: (domain, port) => domain * stride + port * PORT_CELLS,
    pendingAt,
    maskAt,
    vcpuAt,
    resetAt: (domain) => vcpuAt(domain, vcpus),
  };
}

function strideOf({ ports, vcpus }: EventShape): number {
  return ports * PORT_CELLS + 2 * Math.ceil(ports / 32) + vcpus * VCPU_CELLS + 1;
}

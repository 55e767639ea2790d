/**
 * How a device reaches memory: through whatever translates, such as an IOMMU.
 *
 * Addresses are those of words, as the device sees them. An access is one event, however long.
 */
export interface Dma {
  /** Words of memory; undefined when the access faults. */
  read(requester: number, address: number, words: number): readonly number[] | undefined;
  /** False when the access faults. The device does not learn of it: writes are posted. */
  write(requester: number, address: number, values: readonly number[]): boolean;
}

/** Memory without translation: all of it for everybody. */
export function directDma(memory: Int32Array): Dma {
  const fits = (address: number, words: number): boolean =>
    address >= 0 && address + words <= memory.length;
  return {
    read: (_requester, address, words) =>
      fits(address, words) ? [...memory.subarray(address, address + words)] : undefined,
    write(_requester, address, values) {
      if (!fits(address, values.length)) return false;
      memory.set(values, address);
      return true;
    },
  };
}

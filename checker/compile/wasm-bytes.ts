/** Bytes that are written one after the other. */

const FIRST_BYTES = 2 ** 14;

export interface ByteList {
  readonly length: number;
  push(byte: number): void;
  append(bytes: ArrayLike<number>): void;
  clear(): void;
  /** What was written; valid until the next byte is. */
  written(): Uint8Array<ArrayBuffer>;
}

export function createByteList(): ByteList {
  let bytes = new Uint8Array(FIRST_BYTES);
  let length = 0;
  const grow = (needed: number): void => {
    const larger = new Uint8Array(Math.max(needed, 2 * bytes.length));
    larger.set(bytes);
    bytes = larger;
  };
  return {
    get length() {
      return length;
    },
    push(byte) {
      if (length === bytes.length) grow(length + 1);
      bytes[length++] = byte;
    },
    append(more) {
      if (length + more.length > bytes.length) grow(length + more.length);
      bytes.set(more, length);
      length += more.length;
    },
    clear() {
      length = 0;
    },
    written: () => bytes.subarray(0, length),
  };
}

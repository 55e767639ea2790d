/**
 * A growing list of unsigned 32-bit numbers, for results whose length is not known before: a plain
 * array of numbers takes twice the room and must be converted at the end.
 */

export interface NumberList {
  readonly length: number;
  push(value: number): void;
  /** A copy of what is there. */
  numbers(): Uint32Array<ArrayBuffer>;
}

const LENGTH_FIRST = 64;

export function createNumberList(): NumberList {
  let values = new Uint32Array(LENGTH_FIRST);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === values.length) {
        const wider = new Uint32Array(2 * length);
        wider.set(values);
        values = wider;
      }
      values[length++] = value;
    },
    numbers: () => values.slice(0, length),
  };
}

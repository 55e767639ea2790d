/**
 * Truth with a third value: what a recording cannot tell.
 *
 *     false 0  <  unknown 1  <  true 2        and = least, or = greatest, not = 2 - x
 *
 * Kleene's connectives, so that *unknown* disappears as soon as the rest decides.
 */

export const FALSE = 0;
export const UNKNOWN = 1;
export const TRUE = 2;
export type Truth = typeof FALSE | typeof UNKNOWN | typeof TRUE;

/** The truth value of a boolean. */
export function truth(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

export function not(value: Truth): Truth {
  return value === TRUE ? FALSE : value === FALSE ? TRUE : UNKNOWN;
}

export function both(left: Truth, right: Truth): Truth {
  return left < right ? left : right;
}

export function either(left: Truth, right: Truth): Truth {
  return left > right ? left : right;
}

/** What is known when it is one of the two. */
export function agree(left: Truth, right: Truth): Truth {
  return left === right ? left : UNKNOWN;
}

/**
 * Thrown while a Model is compiled when it holds what compiled code cannot do; caught at the top.
 */
export class Unsupported extends Error {}

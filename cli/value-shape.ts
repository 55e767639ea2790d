/** The shape of a value of a Model: plain data, nested as deep as types nest. */
import type { Value } from "../spec/model.ts";
import { array, number, type Shape } from "./shape.ts";

/** Deepest nesting of a value in a state vector. */
const VALUE_DEPTH_MAX = 64;

export const value: Shape<Value> = (data, path) => valueWithin(data, path, VALUE_DEPTH_MAX);

function valueWithin(data: unknown, path: string, depth: number): Value {
  if (data === null || typeof data === "boolean" || typeof data === "number") return data;
  const inner: Shape<Value> = (one, place) => valueWithin(one, place, depth - 1);
  return depth > 0 ? array(inner)(data, path) : number(data, path);
}

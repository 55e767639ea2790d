/**
 * Links into the HTML page, so that a verdict line leads to the very counterexample.
 */
import type { PropertyVerdict } from "../checker/verdict.ts";
import type { CheckedModel } from "./report.ts";

/** `report.html#c=crashOnce&p=NoHalfOpen` */
export function pageLink(
  page: string,
  { verdict }: CheckedModel,
  property: PropertyVerdict,
): string {
  const query = new URLSearchParams({ c: verdict.name, p: property.name });
  return `${page}#${query.toString()}`;
}

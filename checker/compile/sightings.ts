/**
 * Which sites of a Code are still open, and what is told of them: shared by the cores.
 *
 * A site is told once for each state, however often a routine passes it there, until the answer to
 * a sighting closes it.
 */
import type { Code } from "./code.ts";
import type { CoreOptions } from "./core.ts";

/** Tells a sighting of a site at a state; true when the site is closed from then on. */
export type Tell = (site: number, id: number) => boolean;

export function tellingOf(code: Code, options: CoreOptions): Tell {
  const closed = new Uint8Array(code.sites);
  const last = new Float64Array(code.sites).fill(-1);
  return (site, id) => {
    if (closed[site] === 0 && last[site] !== id) {
      last[site] = id;
      if (options.sight(site, id)) closed[site] = 1;
    }
    return closed[site] === 1;
  };
}

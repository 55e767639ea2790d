/**
 * Swarm: each seed plays another machine and plan, so that no feature hides what another would show
 * (Groce and others, "Swarm Testing", 2012).
 *
 *     Deployment with `swarm` ──seed──► Deployment of that seed, and what was drawn
 *
 * Each fault line is left out in half of the seeds. What the link does wrong, its delay, and the
 * pace of each domain are multiplied by a factor. Steps that the plan does (`do`) stay.
 */
import type { Deployment, Link } from "../../spec/deployment.ts";
import type { Random } from "../schedule/random.ts";

/** What a seed has drawn; plain data for the header of a recording. */
export interface Draws {
  /** Names of fault lines that are left out. */
  readonly without: readonly string[];
  readonly link: Link;
  /** By domain. */
  readonly paces: Readonly<Record<string, number>>;
}

const MILLION = 1_000_000;
const FAULT_FACTORS = [0, 0.25, 1, 4];
const PACE_FACTORS = [0.25, 1, 4];

/** The Deployment of a seed; the same one, where the text has no `swarm`. */
export function drawSwarm(
  deployment: Deployment,
  random: Random,
): { readonly deployment: Deployment; readonly draws: Draws | undefined } {
  if (!deployment.swarm) return { deployment, draws: undefined };
  const { plan, hardware, domains } = deployment;
  const kept = plan.map(({ action }) => action === "do" || random.below(2) === 0);
  const factor = (factors: readonly number[]): number => factors[random.below(factors.length)] ?? 1;
  const part = (parts: number): number =>
    Math.min(MILLION, Math.round(parts * factor(FAULT_FACTORS)));
  const { loss, duplication, reordering, delay } = hardware.link;
  const link: Link = {
    ...hardware.link,
    loss: part(loss),
    duplication: part(duplication),
    reordering: part(reordering),
    delay: Math.max(1, Math.round(delay * factor(PACE_FACTORS))),
  };
  const paced = domains.map((domain) => ({ ...domain, pace: domain.pace * factor(PACE_FACTORS) }));
  return {
    deployment: {
      ...deployment,
      plan: plan.filter((_, index) => kept[index]),
      hardware: { ...hardware, link },
      domains: paced,
    },
    draws: {
      without: plan.flatMap(({ name }, index) => (kept[index] === true ? [] : [name])),
      link,
      paces: Object.fromEntries(paced.map(({ name, pace }) => [name, pace])),
    },
  };
}

/** Going through all nodes of expressions and effects. */
import type { Effect, Expr, Slot } from "../../spec/model.ts";

/** Calls `see` for the expression and everything below it, outside in. */
export function walk(expr: Expr, see: (node: Expr) => void): void {
  see(expr);
  for (const [key, part] of Object.entries(expr) as [string, unknown][]) {
    if (key === "type" || key === "span" || key === "value" || key === "of") {
      // `of` is an expression in `size` and `present`, and a type in `all`.
      if (key === "of" && isExpr(part)) walk(part, see);
      continue;
    }
    for (const each of Array.isArray(part) ? (part as unknown[]) : [part]) {
      if (isExpr(each)) walk(each, see);
    }
  }
}

function isExpr(part: unknown): part is Expr {
  return typeof part === "object" && part !== null && "op" in part;
}

/** All effects, those inside branches and loops after the one that holds them. */
export function innerEffects(effects: readonly Effect[]): readonly Effect[] {
  return effects.flatMap((effect) => {
    switch (effect.effect) {
      case "if":
        return [effect, ...innerEffects(effect.then), ...innerEffects(effect.else)];
      case "for":
        return [effect, ...innerEffects(effect.body)];
      default:
        return [effect];
    }
  });
}

/** The expressions that stand in one effect itself, not in effects inside it. */
export function expressionsOf(effect: Effect): readonly Expr[] {
  switch (effect.effect) {
    case "assign": {
      const { place, value } = effect;
      const keys = place.path.flatMap((step) => (step.step === "key" ? [step.key] : []));
      return [value, ...keys, ...(place.index === undefined ? [] : [place.index])];
    }
    case "send":
      return [effect.message, ...(effect.index === undefined ? [] : [effect.index])];
    case "if":
    case "assert":
      return [effect.condition];
    case "for":
    case "choose":
      return [effect.domain];
    case "bind":
      return [effect.value];
    case "fence":
      return [];
  }
}

export function isGhost(slot: Slot | undefined): boolean {
  return slot?.role.role === "variable" && slot.role.ghost;
}

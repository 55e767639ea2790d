/** Definitions: `def f(x: T) = e` is expanded where it is used, its parameters become the given values. */
import { recursiveDefinition, wrongArguments } from "../errors.ts";
import type { Expr } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { anyExpression, expressionOf } from "./expression.ts";
import { type Scope, withLocal } from "./scope.ts";
import { typeOf } from "./type-of.ts";

/** Expands a definition where it is used: its parameters become the given values. */
export function expand(
  scope: Scope,
  declaration: syntax.DefDeclaration,
  home: Scope,
  given: readonly syntax.Expr[],
  span: Span,
): Expr | undefined {
  if (scope.expanding.includes(declaration)) {
    scope.lowering.report(recursiveDefinition(declaration.name.text, span));
    return undefined;
  }
  const { parameters } = declaration;
  if (parameters.length !== given.length) {
    const name = declaration.name.text;
    scope.lowering.report(wrongArguments(name, parameters.length, given.length, span));
    return undefined;
  }
  let inner: Scope = {
    ...home,
    locals: new Map(),
    frame: scope.frame,
    facts: new Set(),
    ghosts: scope.ghosts,
    expanding: [...scope.expanding, declaration],
  };
  for (const [position, parameter] of parameters.entries()) {
    const value = given[position];
    const type = parameter.type === undefined ? undefined : typeOf(home, parameter.type);
    if (value === undefined || (parameter.type !== undefined && type === undefined)) {
      return undefined;
    }
    const argument =
      type === undefined
        ? anyExpression(scope, value, undefined)
        : expressionOf(scope, value, type);
    if (argument === undefined) return undefined;
    inner = withLocal(inner, parameter.name.text, argument);
  }
  const body = anyExpression(inner, declaration.value, undefined);
  return body === undefined ? undefined : { ...body, span };
}

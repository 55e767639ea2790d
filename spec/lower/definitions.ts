/**
 * Definitions: `def f(x: T) = e` is expanded where it is used, its parameters become the given
 * values.
 */
import { recursiveDefinition, wrongArguments } from "../errors.ts";
import type { Expr } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { modelTooBig } from "../type-errors.ts";
import { circleOf, earliest } from "./circle.ts";
import { reportDuplicates } from "./duplicates.ts";
import { anyExpression, expressionOf } from "./expression.ts";
import { newLocal, type Scope, withLocal } from "./scope.ts";
import { typeOf } from "./type-of.ts";

/** Most characters of definitions that are written out for one model. */
const WRITTEN_CHARACTERS_MAX = 1_000_000;

/** Expands a definition of the instance whose text is read, or of the system. */
export function expandMember(
  scope: Scope,
  declaration: syntax.DefDeclaration,
  given: readonly syntax.Expr[],
  span: Span,
): Expr | undefined {
  const { instance, system } = scope;
  const own = instance?.members.get(declaration.name.text);
  if (own?.kind === "definition" && own.declaration === declaration) {
    return expand(scope, declaration, scope, given, span);
  }
  // A definition of the system sees no names of the machine, but memory as its user sees it.
  const reader = instance === undefined ? undefined : { ...instance, members: new Map() };
  const home: Scope = { ...scope, instance: reader, module: system?.home ?? scope.module };
  return expand(scope, declaration, home, given, span);
}

/**
 * Judges a definition where it stands; one without the types of its parameters, where it is used.
 */
export function judgeDefinition(scope: Scope, declaration: syntax.DefDeclaration): void {
  const { parameters, value } = declaration;
  reportDuplicates(
    scope.lowering,
    parameters.map((parameter) => parameter.name),
  );
  let inner: Scope = { ...scope, locals: new Map(), expanding: [declaration] };
  for (const { name, type: written } of parameters) {
    if (written === undefined) return;
    const type = typeOf(scope, written);
    const local = type === undefined ? undefined : newLocal(inner, name.text, type, name.span);
    inner = withLocal(inner, name.text, local);
  }
  anyExpression(inner, value, undefined);
}

/** Expands a definition where it is used: its parameters become the given values. */
export function expand(
  scope: Scope,
  declaration: syntax.DefDeclaration,
  home: Scope,
  given: readonly syntax.Expr[],
  span: Span,
): Expr | undefined {
  const { lowering } = scope;
  if (scope.expanding.includes(declaration)) {
    const circle = circleOf(scope.expanding, declaration);
    const names = circle.map((each) => each.name.text);
    const [first = declaration] = circle;
    lowering.report(recursiveDefinition(names, first.name.span));
    return undefined;
  }
  if (!mayWrite(scope, declaration)) return undefined;
  const { parameters } = declaration;
  if (parameters.length !== given.length) {
    const name = declaration.name.text;
    lowering.report(wrongArguments(name, parameters.length, given.length, span));
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

/**
 * Counts the text that is written out: definitions that use one another twice in a row double it at
 * each step. After the limit nothing is expanded any more, so the message comes once and at once.
 */
function mayWrite({ lowering, expanding }: Scope, declaration: syntax.DefDeclaration): boolean {
  const { spent } = lowering;
  const { span } = declaration;
  if (spent.characters > WRITTEN_CHARACTERS_MAX) return false;
  spent.characters += span.end - span.start;
  if (spent.characters <= WRITTEN_CHARACTERS_MAX) return true;
  const what = "characters with its definitions written out";
  const { name } = earliest([...expanding, declaration]) ?? declaration;
  lowering.report(modelTooBig(what, undefined, WRITTEN_CHARACTERS_MAX, name.span));
  return false;
}

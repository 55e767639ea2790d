/**
 * Evaluates an expression of a Model to formulas: the twin of `reference/evaluate.ts`.
 *
 * Quantifiers and comprehensions are written out over the possible elements of their domain, which
 * are finitely many and known; an index that is not known becomes a choice among all entries.
 *
 *     forall c in Client: app[c] in Open        app[Client1] in Open and app[Client2] in Open
 *     table[c]                                  c == Client1 -> table[Client1] : table[Client2]
 */
import type { Expr, Read, Type } from "../../spec/model.ts";
import type { Node } from "../reference/evaluate.ts";
import { constantIn, type Formula, type Formulas } from "./formula.ts";
import { readThroughSymbolic, type StoreLayouts } from "./symbolic-memory.ts";
import { push } from "./symbolic-lists.ts";
import {
  candidates,
  type Case,
  contains,
  entryOf,
  keyCases,
  membersOf,
  select,
  total,
  without,
} from "./symbolic-parts.ts";
import {
  chooseSymbolic,
  constantSymbolic,
  defaultOf,
  domainOf,
  elementsOf,
  equalSymbolic,
  equalsValue,
  formulaOf,
  lift,
  type Member,
  scalar,
  setOfMembers,
  type Symbolic,
} from "./symbolic.ts";

/** What an expression can see. */
export interface SymbolicScope {
  readonly f: Formulas;
  readonly state: readonly Symbolic[];
  /** Undefined where a local has no value yet. */
  readonly locals: readonly (Symbolic | undefined)[];
  readonly stores: StoreLayouts;
}

export function holdsSymbolic(condition: Expr, scope: SymbolicScope): Formula {
  return formulaOf(evaluateSymbolic(condition, scope), scope.f);
}

export function withSymbolic(scope: SymbolicScope, local: number, value: Symbolic): SymbolicScope {
  const locals = [...scope.locals];
  locals[local] = value;
  return { ...scope, locals };
}

export function evaluateSymbolic(expr: Expr, scope: SymbolicScope): Symbolic {
  const { f } = scope;
  const value = (inner: Expr): Symbolic => evaluateSymbolic(inner, scope);
  const number = (inner: Expr): Formula => formulaOf(value(inner), f);
  switch (expr.op) {
    case "const":
      return constantSymbolic(expr.value, expr.type, f);
    case "local":
      return scope.locals[expr.local] ?? defaultOf(expr.type, f);
    case "read":
      return read(expr, scope);
    case "not":
      return scalar(f.not(number(expr.operand)));
    case "minus":
      return scalar(f.sub(f.number(0), number(expr.operand)));
    case "if":
      return conditional(expr, scope);
    case "forall":
    case "exists":
    case "count":
    case "filter":
      return quantify(expr, scope);
    case "all":
      return {
        shape: "set",
        members: domainOf(expr.of).map((element) => ({ element, present: f.yes })),
      };
    case "modeIn": {
      const leaf = formulaOf(read(expr.region, scope), f);
      return scalar(f.or(...expr.leaves.map((one) => f.eq(leaf, f.number(one)))));
    }
    case "present": {
      const inner = value(expr.of);
      return inner.shape === "optional" ? inner.value : inner;
    }
    case "field": {
      const object = value(expr.object);
      const bare = object.shape === "optional" ? object.value : object;
      const parts = bare.shape === "product" ? bare.parts : [];
      return parts[expr.field] ?? defaultOf(expr.type, f);
    }
    case "message":
      return message(expr, scope);
    case "record":
      return record(expr, scope);
    case "has":
    case "index":
    case "get":
    case "size":
      return access(expr, scope);
    case "in":
    case "set":
    case "list":
    case "insert":
    case "remove":
    case "union":
    case "difference":
    case "append":
      return collect(expr, scope);
    default:
      return combine(expr, scope);
  }
}

function conditional(expr: Node<"if">, scope: SymbolicScope): Symbolic {
  const condition = holdsSymbolic(expr.condition, scope);
  const decided = constantIn(condition);
  // What is not chosen may not even be finite, so it is not looked at.
  if (decided !== undefined) {
    return evaluateSymbolic(decided === 1 ? expr.then : expr.else, scope);
  }
  const then = evaluateSymbolic(expr.then, scope);
  return chooseSymbolic(condition, then, evaluateSymbolic(expr.else, scope), scope.f);
}

function message(expr: Node<"message">, scope: SymbolicScope): Symbolic {
  const { f } = scope;
  const kinds = expr.type.kind === "message" ? expr.type.kinds : [];
  const fields = kinds.map((kind, ordinal) =>
    kind.fields.map((field, index) => {
      const given = ordinal === expr.kind ? expr.fields[index] : undefined;
      const one = given === undefined ? undefined : evaluateSymbolic(given, scope);
      if (one === undefined) return defaultOf(field.type, f);
      return field.type.kind === "optional" ? lift(one, f) : one;
    }),
  );
  return { shape: "message", kind: f.number(expr.kind), fields };
}

function record(expr: Node<"record">, scope: SymbolicScope): Symbolic {
  const types = expr.type.kind === "record" ? expr.type.fields : [];
  const parts = expr.fields.map((field, index) => {
    const one = evaluateSymbolic(field, scope);
    return types[index]?.type.kind === "optional" ? lift(one, scope.f) : one;
  });
  return { shape: "product", parts };
}

// ---------------------------------------------------------------------------- slots and keys

function read(expr: Read, scope: SymbolicScope): Symbolic {
  const { f } = scope;
  const seen = (slot: number | undefined): Symbolic => {
    const memory = scope.state[slot ?? -1] ?? defaultOf(expr.type, f);
    if (expr.buffer === undefined || slot === undefined) return memory;
    return readThroughSymbolic(memory, slot, expr.type, expr.buffer, scope);
  };
  if (expr.index === undefined) return seen(expr.slots[0]);
  return select(
    casesOf(expr.index, expr.slots.length, scope).map(({ when, ordinal }) => ({
      when,
      value: seen(expr.slots[ordinal]),
    })),
    defaultOf(expr.type, f),
    f,
  );
}

/** Members of a family that `index` can name; one without a condition when there is no index. */
export function casesOf(
  index: Expr | undefined,
  members: number,
  scope: SymbolicScope,
): readonly Case[] {
  if (index === undefined) return members === 0 ? [] : [{ when: scope.f.yes, ordinal: 0 }];
  const type = index.type.kind === "optional" ? index.type.of : index.type;
  const cases = keyCases(evaluateSymbolic(index, scope), type, scope.f);
  return cases.filter(({ ordinal }) => ordinal < members);
}

// ---------------------------------------------------------------------------- quantifiers

function quantify(expr: Node<"forall">, scope: SymbolicScope): Symbolic {
  const { f } = scope;
  const domain = evaluateSymbolic(expr.domain, scope);
  const satisfies = (value: Symbolic): Formula =>
    holdsSymbolic(expr.body, withSymbolic(scope, expr.local, value));
  if (expr.op === "filter") {
    // The type checker admits sets only, here and in every other quantifier.
    if (domain.shape !== "set") return domain;
    const of: Type = expr.domain.type.kind === "set" ? expr.domain.type.of : { kind: "int" };
    const members = domain.members.map(({ element, present }) => ({
      element,
      present: f.and(present, satisfies(constantSymbolic(element, of, f))),
    }));
    return setOfMembers(members, f);
  }
  const bodies = elementsOf(domain, expr.domain.type, f).map(({ present, value }) => ({
    present,
    holds: satisfies(value),
  }));
  switch (expr.op) {
    case "forall":
      return scalar(f.and(...bodies.map(({ present, holds }) => f.or(f.not(present), holds))));
    case "exists":
      return scalar(f.or(...bodies.map(({ present, holds }) => f.and(present, holds))));
    case "count":
      return scalar(
        total(
          bodies.map(({ present, holds }) => f.and(present, holds)),
          f,
        ),
      );
  }
}

// ---------------------------------------------------------------------------- parts

function access(expr: Node<"has" | "index" | "get" | "size">, scope: SymbolicScope): Symbolic {
  const { f } = scope;
  switch (expr.op) {
    case "has":
      return scalar(lift(entryAt(expr.map, expr.key, scope), f).present);
    case "index": {
      const found = entryAt(expr.object, expr.key, scope);
      return expr.type.kind === "optional" ? lift(found, f) : found;
    }
    case "get": {
      const found = lift(entryAt(expr.map, expr.key, scope), f);
      const fallback = evaluateSymbolic(expr.fallback, scope);
      return chooseSymbolic(found.present, found.value, fallback, f);
    }
    case "size": {
      const whole = evaluateSymbolic(expr.of, scope);
      if (whole.shape === "list") return scalar(whole.length);
      if (whole.shape === "set") {
        return scalar(
          total(
            whole.members.map(({ present }) => present),
            f,
          ),
        );
      }
      const entries = whole.shape === "product" ? whole.parts : [];
      return scalar(
        total(
          entries.map((one) => lift(one, f).present),
          f,
        ),
      );
    }
  }
}

function entryAt(object: Expr, key: Expr, scope: SymbolicScope): Symbolic {
  const whole = evaluateSymbolic(object, scope);
  return entryOf(whole, object.type, evaluateSymbolic(key, scope), scope.f);
}

// ---------------------------------------------------------------------------- sets and lists

function collect(
  expr: Node<"in" | "set" | "insert" | "remove" | "union" | "difference" | "append">,
  scope: SymbolicScope,
): Symbolic {
  const { f } = scope;
  const value = (inner: Expr): Symbolic => evaluateSymbolic(inner, scope);
  switch (expr.op) {
    case "in": {
      const element = lift(value(expr.element), f);
      return scalar(f.and(element.present, contains(value(expr.set), element.value, f)));
    }
    case "set":
      return setOfMembers(
        expr.elements.flatMap((element) => possible(element, scope)),
        f,
      );
    case "list": {
      const of: Type = expr.type.kind === "list" ? expr.type.of : { kind: "int" };
      const elements = expr.elements.map((element) =>
        of.kind === "optional" ? lift(value(element), f) : value(element),
      );
      return {
        shape: "list",
        length: f.number(elements.length),
        elements,
        filler: defaultOf(of, f),
      };
    }
    case "insert":
      return setOfMembers([...membersOf(value(expr.set)), ...possible(expr.element, scope)], f);
    case "remove":
      return without(value(expr.set), value(expr.element), f);
    case "union":
      return setOfMembers([...membersOf(value(expr.left)), ...membersOf(value(expr.right))], f);
    case "difference": {
      const taken = value(expr.right);
      const of: Type = expr.left.type.kind === "set" ? expr.left.type.of : { kind: "int" };
      const members = membersOf(value(expr.left)).map(({ element, present }) => ({
        element,
        present: f.and(present, f.not(contains(taken, constantSymbolic(element, of, f), f))),
      }));
      return setOfMembers(members, f);
    }
    case "append": {
      const list = value(expr.left);
      return list.shape === "list" ? push(list, value(expr.right), f) : list;
    }
  }
}

/** The values that an element can have, each with the condition that it has it. */
function possible(expr: Expr, scope: SymbolicScope): readonly Member[] {
  const { f } = scope;
  const { present, value } = lift(evaluateSymbolic(expr, scope), f);
  const type = expr.type.kind === "optional" ? expr.type.of : expr.type;
  return candidates(value, type).map((element) => ({
    element,
    present: f.and(present, equalsValue(value, element, f)),
  }));
}

// ---------------------------------------------------------------------------- operators

function combine(expr: Node<"and" | "add">, scope: SymbolicScope): Symbolic {
  const { f } = scope;
  const left = evaluateSymbolic(expr.left, scope);
  const one = formulaOf(left, f);
  if (expr.op === "and" && one === f.no) return scalar(f.no);
  if (expr.op === "or" && one === f.yes) return scalar(f.yes);
  if (expr.op === "implies" && one === f.no) return scalar(f.yes);
  const right = evaluateSymbolic(expr.right, scope);
  const other = formulaOf(right, f);
  switch (expr.op) {
    case "and":
      return scalar(f.and(one, other));
    case "or":
      return scalar(f.or(one, other));
    case "implies":
      return scalar(f.or(f.not(one), other));
    case "eq":
      return scalar(equalSymbolic(left, right, f));
    case "ne":
      return scalar(f.not(equalSymbolic(left, right, f)));
    case "lt":
      return scalar(f.lt(one, other));
    case "le":
      return scalar(f.le(one, other));
    case "gt":
      return scalar(f.lt(other, one));
    case "ge":
      return scalar(f.le(other, one));
    case "add":
      return scalar(f.add(one, other));
    case "sub":
      return scalar(f.sub(one, other));
    case "mul":
      return scalar(f.mul(one, other));
    case "mod": {
      // The type checker admits positive constants only.
      const divisor = Math.max(1, constantIn(other) ?? 1);
      return scalar(f.mod(one, divisor));
    }
  }
}

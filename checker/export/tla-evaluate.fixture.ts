/**
 * Evaluates the part of TLA+ that the export writes; for tests only.
 *
 * An action is evaluated to all its next states: `x' = e` gives a variable its next value,
 * everything else is a condition. `Assert` of what is false counts as a violation and ends that
 * way.
 */
import type { TlaDefinition, TlaNode } from "./tla-parse.fixture.ts";
import {
  addBags,
  elements,
  entries,
  functionOf,
  functionsOf,
  keyText,
  lookUp,
  members,
  numeric,
  pairUp,
  same,
  sequence,
  setOf,
  truth,
  type TlaValue,
} from "./tla-value.fixture.ts";

export interface TlaModule {
  readonly definitions: ReadonlyMap<string, TlaDefinition>;
  /** How often `Assert` failed; counted while actions are evaluated. */
  violations: number;
}

type Thunk = () => TlaValue;

/** Names in scope: variables, LET definitions, bound names; and the next state as far as it is. */
interface Scope {
  readonly module: TlaModule;
  readonly names: ReadonlyMap<string, Thunk>;
  readonly variables: ReadonlySet<string>;
}

export type TlaState = ReadonlyMap<string, TlaValue>;

export function scopeOf(module: TlaModule, state: TlaState): Scope {
  const names = new Map([...state].map(([name, value]) => [name, (): TlaValue => value]));
  return { module, names, variables: new Set(state.keys()) };
}

function bound(scope: Scope, name: string, value: TlaValue): Scope {
  return { ...scope, names: new Map(scope.names).set(name, () => value) };
}

/** Each definition is evaluated when it is asked for, in the scope of those before it, once. */
function withLets(scope: Scope, definitions: readonly TlaDefinition[]): Scope {
  return definitions.reduce<Scope>((inner, { name, body }) => {
    if (inner.names.has(name) || inner.module.definitions.has(name)) {
      throw new Error(`${name} is defined already`);
    }
    let known: TlaValue | undefined;
    const thunk = (): TlaValue => (known ??= evaluateTla(body, inner));
    return { ...inner, names: new Map(inner.names).set(name, thunk) };
  }, scope);
}

// ---------------------------------------------------------------------------- expressions

export function evaluateTla(node: TlaNode, scope: Scope): TlaValue {
  const value = (inner: TlaNode): TlaValue => evaluateTla(inner, scope);
  switch (node.kind) {
    case "number":
    case "string":
      return node.value;
    case "index":
      return lookUp(value(node.whole), value(node.key));
    case "record":
      return functionOf(node.fields.map(([name, field]) => [name, value(field)]));
    case "except": {
      const [whole, key] = [value(node.whole), value(node.key)];
      lookUp(whole, key);
      return functionOf([...entries(whole), [key, value(node.value)]]);
    }
    case "quantifier": {
      const items = members(value(node.domain));
      const holds = (item: TlaValue): boolean =>
        truth(evaluateTla(node.body, bound(scope, node.name, item)));
      if (node.op === "\\A") return items.every(holds);
      if (node.op === "\\E") return items.some(holds);
      const chosen = items.find(holds);
      if (chosen === undefined) throw new Error("nothing to choose");
      return chosen;
    }
    case "filter":
      return setOf(
        members(value(node.domain)).filter((item) =>
          truth(evaluateTla(node.body, bound(scope, node.name, item))),
        ),
      );
    case "image":
      return setOf(
        members(value(node.domain)).map((item) =>
          evaluateTla(node.body, bound(scope, node.name, item)),
        ),
      );
    case "let":
      return evaluateTla(node.body, withLets(scope, node.definitions));
    case "apply":
      return apply(node.name, node.of, scope);
    case "recordSet": {
      const columns = node.fields.map(([name, of]) => ({ key: name, values: members(value(of)) }));
      return setOf(functionsOf(columns));
    }
    case "functionSet": {
      const values = members(value(node.range));
      return setOf(functionsOf(members(value(node.domain)).map((key) => ({ key, values }))));
    }
    case "prime":
      throw new Error(`${node.name}' is no condition`);
  }
}

function apply(name: string, of: readonly TlaNode[], scope: Scope): TlaValue {
  const known = scope.names.get(name);
  if (known !== undefined) return known();
  const definition = scope.module.definitions.get(name);
  if (definition !== undefined) {
    const { parameters, body } = definition;
    const inner = parameters.reduce((before, parameter, at) => {
      const given = of[at];
      if (given === undefined || before.names.has(parameter))
        throw new Error(`${name}: ${parameter}`);
      return bound(before, parameter, evaluateTla(given, scope));
    }, variablesOnly(scope));
    return evaluateTla(body, inner);
  }
  const lazy = LAZY[name];
  if (lazy !== undefined) return lazy(of, scope);
  if (name === "\\in" || name === "\\notin") {
    const [element, set] = of;
    if (element === undefined || set === undefined) throw new Error(name);
    return isIn(evaluateTla(element, scope), set, scope) === (name === "\\in");
  }
  const operator = STRICT[name];
  if (operator === undefined) throw new Error(`${name} is not defined`);
  return operator(...of.map((one) => evaluateTla(one, scope)));
}

/** A definition of the module sees its variables, and nothing of the place where it is used. */
function variablesOnly(scope: Scope): Scope {
  const names = [...scope.names].filter(([name]) => scope.variables.has(name));
  return { ...scope, names: new Map(names) };
}

/** Membership, also in sets that are too large to be written out. */
function isIn(value: TlaValue, set: TlaNode, scope: Scope): boolean {
  switch (set.kind) {
    case "recordSet":
      return (
        entries(value).length === set.fields.length &&
        set.fields.every(([name, of]) => isIn(lookUp(value, name), of, scope))
      );
    case "functionSet": {
      const keys = setOf(entries(value).map(([key]) => key));
      const domain = evaluateTla(set.domain, scope);
      return (
        keyText(keys) === keyText(domain) &&
        entries(value).every(([, one]) => isIn(one, set.range, scope))
      );
    }
    case "image": {
      const items = members(evaluateTla(set.domain, scope));
      return items.some((item) => {
        const inner = bound(scope, set.name, item);
        return keyText(evaluateTla(set.body, inner)) === keyText(value);
      });
    }
    case "apply": {
      const [left, right] = set.of;
      if (set.name === "SUBSET" && left !== undefined) {
        return members(value).every((one) => isIn(one, left, scope));
      }
      if (set.name === "UNION" && left?.kind === "image") {
        return members(evaluateTla(left.domain, scope)).some((item) =>
          isIn(value, left.body, bound(scope, left.name, item)),
        );
      }
      if (set.name === "\\cup" && left !== undefined && right !== undefined) {
        return isIn(value, left, scope) || isIn(value, right, scope);
      }
      break;
    }
    default:
      break;
  }
  return members(evaluateTla(set, scope)).some((one) => keyText(one) === keyText(value));
}

type Lazy = (of: readonly TlaNode[], scope: Scope) => TlaValue;

function operand(of: readonly TlaNode[], at: number, scope: Scope): TlaValue {
  const node = of[at];
  if (node === undefined) throw new Error("an operand is missing");
  return evaluateTla(node, scope);
}

const LAZY: Readonly<Record<string, Lazy>> = {
  IF: (of, scope) => operand(of, truth(operand(of, 0, scope)) ? 1 : 2, scope),
  "/\\": (of, scope) => truth(operand(of, 0, scope)) && truth(operand(of, 1, scope)),
  "\\/": (of, scope) => truth(operand(of, 0, scope)) || truth(operand(of, 1, scope)),
  "=>": (of, scope) => !truth(operand(of, 0, scope)) || truth(operand(of, 1, scope)),
  ENABLED: (of, scope) => {
    const [action] = of;
    if (action === undefined) return false;
    const before = scope.module.violations;
    const enabled = nextStates(action, scope, new Map()).length > 0;
    return enabled || scope.module.violations > before;
  },
  Assert: (of, scope) => {
    const holds = truth(operand(of, 0, scope));
    if (!holds) scope.module.violations++;
    return holds;
  },
};

const STRICT: Readonly<Record<string, (...of: TlaValue[]) => TlaValue>> = {
  TRUE: () => true,
  FALSE: () => false,
  BOOLEAN: () => setOf([false, true]),
  EmptyBag: () => sequence([]),
  tuple: (...of) => sequence(of),
  set: (...of) => setOf(of),
  "~": (one = false) => !truth(one),
  negative: (one = 0) => -numeric(one),
  "=": (one = 0, other = 0) => same(one, other),
  "#": (one = 0, other = 0) => !same(one, other),
  "<": (one = 0, other = 0) => numeric(one) < numeric(other),
  "<=": (one = 0, other = 0) => numeric(one) <= numeric(other),
  ">": (one = 0, other = 0) => numeric(one) > numeric(other),
  ">=": (one = 0, other = 0) => numeric(one) >= numeric(other),
  "+": (one = 0, other = 0) => numeric(one) + numeric(other),
  "-": (one = 0, other = 0) => numeric(one) - numeric(other),
  "*": (one = 0, other = 0) => numeric(one) * numeric(other),
  "%": (one = 0, other = 0) => {
    const divisor = numeric(other);
    return ((numeric(one) % divisor) + divisor) % divisor;
  },
  "..": (one = 0, other = 0) => {
    const low = numeric(one);
    return setOf(
      Array.from({ length: Math.max(0, numeric(other) - low + 1) }, (_, at) => low + at),
    );
  },
  "\\cup": (one = 0, other = 0) => setOf([...members(one), ...members(other)]),
  "\\": (one = 0, other = 0) => {
    const taken = new Set(members(other).map(keyText));
    return setOf(members(one).filter((item) => !taken.has(keyText(item))));
  },
  "\\X": (one = 0, other = 0) =>
    setOf(members(one).flatMap((left) => members(other).map((right) => pairUp(left, right)))),
  "\\o": (one = 0, other = 0) => sequence([...elements(one), ...elements(other)]),
  ":>": (one = 0, other = 0) => functionOf([[one, other]]),
  "@@": (one = 0, other = 0) => functionOf([...entries(other), ...entries(one)]),
  DOMAIN: (one = 0) => setOf(entries(one).map(([key]) => key)),
  Cardinality: (one = 0) => members(one).length,
  Len: (one = 0) => elements(one).length,
  Head: (one = 0) => lookUp(one, 1),
  Tail: (one = 0) => sequence(elements(one).slice(1)),
  Append: (one = 0, other = 0) => sequence([...elements(one), other]),
  SubSeq: (one = 0, from = 0, to = 0) =>
    sequence(elements(one).slice(numeric(from) - 1, Math.max(0, numeric(to)))),
  BagToSet: (one = 0) => setOf(entries(one).map(([key]) => key)),
  BagCardinality: (one = 0) => entries(one).reduce((sum, [, count]) => sum + numeric(count), 0),
  SUBSET: (one = 0) =>
    setOf(
      members(one)
        .reduce<readonly (readonly TlaValue[])[]>(
          (sets, item) => sets.flatMap((set) => [set, [...set, item]]),
          [[]],
        )
        .map(setOf),
    ),
  SetToBag: (one = 0) => functionOf(members(one).map((item) => [item, 1])),
  "(+)": (one = 0, other = 0) => addBags(one, other, 1),
  "(-)": (one = 0, other = 0) => addBags(one, other, -1),
};

// ---------------------------------------------------------------------------- actions

/** Every way in which an action can go on from what is known of the next state. */
export function nextStates(node: TlaNode, scope: Scope, known: TlaState): readonly TlaState[] {
  if (node.kind === "let") return nextStates(node.body, withLets(scope, node.definitions), known);
  if (node.kind === "quantifier" && node.op === "\\E") {
    return members(evaluateTla(node.domain, scope)).flatMap((item) =>
      nextStates(node.body, bound(scope, node.name, item), known),
    );
  }
  if (node.kind === "apply") {
    const [left, right, otherwise] = node.of;
    if (node.name === "/\\" && left !== undefined && right !== undefined) {
      return nextStates(left, scope, known).flatMap((state) => nextStates(right, scope, state));
    }
    if (node.name === "\\/" && left !== undefined && right !== undefined) {
      return [...nextStates(left, scope, known), ...nextStates(right, scope, known)];
    }
    if (node.name === "=" && left?.kind === "prime" && right !== undefined) {
      return given(left.name, evaluateTla(right, scope), scope, known);
    }
    if (node.name === "UNCHANGED" && left?.kind === "apply") {
      return left.of.reduce<readonly TlaState[]>(
        (states, one) =>
          states.flatMap((state) =>
            one.kind === "apply" ? given(one.name, evaluateTla(one, scope), scope, state) : [],
          ),
        [known],
      );
    }
    if (
      node.name === "IF" &&
      left !== undefined &&
      right !== undefined &&
      otherwise !== undefined
    ) {
      return nextStates(truth(evaluateTla(left, scope)) ? right : otherwise, scope, known);
    }
    const definition = node.of.length === 0 ? scope.module.definitions.get(node.name) : undefined;
    if (definition !== undefined) return nextStates(definition.body, variablesOnly(scope), known);
  }
  return truth(evaluateTla(node, scope)) ? [known] : [];
}

function given(name: string, value: TlaValue, scope: Scope, known: TlaState): readonly TlaState[] {
  if (!scope.variables.has(name)) throw new Error(`no variable: ${name}`);
  if (known.has(name)) throw new Error(`${name} gets two next values`);
  return [new Map(known).set(name, value)];
}

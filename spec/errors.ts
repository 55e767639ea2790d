/**
 * Constructors of the diagnostics about names, types and behaviour: one function for each code.
 *
 * A constructor takes what it must say and the place, never an engine object. Titles are sentences
 * about the user's model. `docs/errors/` has a page for each code with its real output.
 */
import type { Diagnostic, Related } from "./diagnostic.ts";
import type { Span } from "./source.ts";
import { didYouMean } from "./suggest.ts";

interface Parts {
  readonly label?: string;
  readonly related?: readonly Related[];
  readonly notes?: readonly string[];
  readonly hint?: string | undefined;
}

function error(code: string, title: string, span: Span, parts: Parts = {}): Diagnostic {
  return make("error", code, title, span, parts);
}

function make(
  severity: Diagnostic["severity"],
  code: string,
  title: string,
  span: Span,
  parts: Parts,
): Diagnostic {
  return {
    code,
    severity,
    title,
    span,
    related: parts.related ?? [],
    notes: parts.notes ?? [],
    ...(parts.label === undefined ? {} : { label: parts.label }),
    ...(parts.hint === undefined ? {} : { hint: parts.hint }),
  };
}

/** "did you mean `Open`?", or nothing when no candidate is near. */
function suggestion(word: string, candidates: readonly string[]): string | undefined {
  const near = didYouMean(word, candidates);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}

function list(words: readonly string[]): string {
  return words.length === 0 ? "none" : words.join(", ");
}

// ---------------------------------------------------------------------------- names

export function noSuchMode(
  machine: string,
  mode: string,
  span: Span,
  modes: readonly string[],
): Diagnostic {
  return error("E0107", `machine \`${machine}\` has no mode \`${mode}\``, span, {
    label: `not a mode of ${machine}`,
    notes: [`modes of ${machine}: ${list(modes)}`],
    hint: suggestion(mode, modes),
  });
}

export function unknownName(word: string, span: Span, candidates: readonly string[]): Diagnostic {
  return error("E0108", `nothing here is called \`${word}\``, span, {
    label: "not declared",
    hint: suggestion(word, candidates),
  });
}

export function duplicateName(word: string, span: Span, first: Span): Diagnostic {
  return error("E0109", `\`${word}\` is declared twice`, span, {
    label: "declared again here",
    related: [{ span: first, note: "first declared here" }],
    hint: "rename one of them",
  });
}

export function moduleNotFound(path: string, span: Span): Diagnostic {
  return error("E0131", `the module at \`${path}\` cannot be read`, span, {
    label: "no such file",
    hint: 'write the path relative to this file, for example `use Names from "./names.libretto"`',
  });
}

export function cyclicUse(path: string, span: Span): Diagnostic {
  return error("E0132", `\`${path}\` uses itself, by way of this \`use\``, span, {
    label: "closes a circle of modules",
    hint: "move the shared declarations to a module that uses neither",
  });
}

export function wrongKind(word: string, is: string, wanted: string, span: Span): Diagnostic {
  return error("E0133", `\`${word}\` is ${is}, but ${wanted} is needed here`, span, {
    label: `${is}, not ${wanted}`,
  });
}

export function noSuchMember(
  owner: string,
  word: string,
  span: Span,
  members: readonly string[],
): Diagnostic {
  return error("E0134", `${owner} has no \`${word}\``, span, {
    label: "no such name",
    notes: [`it has: ${list(members)}`],
    hint: suggestion(word, members),
  });
}

export function badWiring(title: string, span: Span, label: string, hint: string): Diagnostic {
  return error("E0135", title, span, { label, hint });
}

export function portNotWired(port: string, instance: string, span: Span): Diagnostic {
  return error("E0136", `port \`${port}\` of \`${instance}\` has no channel`, span, {
    label: "used here",
    hint: `declare one in the system: \`channel q : … \``,
  });
}

export function initialModes(owner: string, span: Span, found: number): Diagnostic {
  const title =
    found === 0 ? `${owner} has no \`initial mode\`` : `${owner} has ${found} initial modes`;
  return error("E0137", title, span, {
    label: found === 0 ? "where does it start?" : "only one can be the first",
    hint: "write `initial` before exactly one of its modes",
  });
}

export function sizeMissing(id: string, check: string, span: Span): Diagnostic {
  return error("E0138", `\`${check}\` does not say how many \`${id}\` there are`, span, {
    label: `needs a number of ${id}`,
    hint: `add \`${id} = 2\` to it`,
  });
}

export function parameterMissing(parameter: string, check: string, span: Span): Diagnostic {
  return error("E0138", `\`${check}\` does not set the parameter \`${parameter}\``, span, {
    label: "needs a value",
    hint: `add \`${parameter} = …\` to it`,
  });
}

export function badSetting(
  word: string,
  span: Span,
  reason: string,
  candidates: readonly string[],
): Diagnostic {
  return error("E0139", `\`${word}\` cannot be set here: ${reason}`, span, {
    label: reason,
    notes: [`can be set: ${list(candidates)}`],
    hint: suggestion(word, candidates),
  });
}

export function noSuchTransition(
  instance: string,
  word: string,
  span: Span,
  names: readonly string[],
): Diagnostic {
  return error("E0140", `\`${instance}\` has no transition \`${word}\``, span, {
    label: "no such transition",
    notes: [`transitions of ${instance}: ${list(names)}`],
    hint: suggestion(word, names),
  });
}

export function noSuchFault(word: string, span: Span, names: readonly string[]): Diagnostic {
  return error("E0141", `no fault is called \`${word}\``, span, {
    label: "no such fault",
    notes: [`faults of this system: ${list(names)}`],
    hint: suggestion(word, names),
  });
}

export function noSuchProperty(word: string, span: Span, names: readonly string[]): Diagnostic {
  return error("E0142", `no property is called \`${word}\``, span, {
    label: "no such property",
    notes: [`properties: ${list(names)}`],
    hint: suggestion(word, names),
  });
}

export function wrongArguments(
  callee: string,
  wanted: number,
  found: number,
  span: Span,
): Diagnostic {
  const values = wanted === 1 ? "1 value" : `${wanted} values`;
  return error("E0143", `\`${callee}\` takes ${values}, but ${found} are given`, span, {
    label: `${wanted} wanted, ${found} given`,
  });
}

export function recursiveDefinition(word: string, span: Span): Diagnostic {
  return error("E0144", `\`${word}\` is defined by itself`, span, {
    label: "leads back to its own definition",
    hint: "definitions are expanded where they are used, so they cannot be recursive",
  });
}

export function misplaced(what: string, reason: string, span: Span, hint?: string): Diagnostic {
  return error("E0145", `${what} cannot stand here`, span, { label: reason, hint });
}

export function noSuchParameter(
  binding: string,
  word: string,
  transition: string,
  span: Span,
  declared: Span | undefined,
): Diagnostic {
  return error(
    "E0402",
    `binding \`${binding}\` sets \`${word}\`, but \`${transition}\` has no parameter \`${word}\``,
    span,
    {
      label: "no such parameter",
      related:
        declared === undefined
          ? []
          : [{ span: declared, note: `\`${transition}\` is declared here` }],
      hint: `to compare with the model's variable write \`observe … = …\``,
    },
  );
}

// ---------------------------------------------------------------------------- types

export function typeMismatch(wanted: string, found: string, span: Span, why?: Related): Diagnostic {
  return error("E0201", `a value of type ${wanted} is needed, but this is ${found}`, span, {
    label: `this is ${found}`,
    related: why === undefined ? [] : [why],
  });
}

export function unclearType(what: string, span: Span): Diagnostic {
  return error("E0202", `the type of ${what} cannot be told from this place`, span, {
    label: "of which type?",
    hint: "use it where a type is known: in an assignment, a comparison or an argument",
  });
}

export function notConstant(span: Span, why: string): Diagnostic {
  return error("E0204", `a constant is needed here, but ${why}`, span, {
    label: "depends on the state",
  });
}

export function badSize(title: string, span: Span, hint: string): Diagnostic {
  return error("E0205", title, span, { label: "not a usable size", hint });
}

export function notAssignable(what: string, reason: string, span: Span): Diagnostic {
  return error("E0206", `${what} cannot be assigned`, span, { label: reason });
}

export function recursiveType(word: string, span: Span): Diagnostic {
  return error("E0207", `type \`${word}\` contains itself`, span, {
    label: "never ends",
    hint: "types are finite: use an `id` and a `map` for links",
  });
}

export function nestedOptional(span: Span): Diagnostic {
  return error("E0208", "an optional of an optional has two kinds of `none`", span, {
    label: "`??` is one `?` too many",
    hint: "write one `?`",
  });
}

export function mayBeAbsent(text: string, span: Span, test: string, fallback: string): Diagnostic {
  return error("E0210", `\`${text}\` may be \`none\` here`, span, {
    label: "not known to be present",
    hint: `test it first (\`if ${test}\`)${fallback}`,
  });
}

export function ghostRead(word: string, span: Span): Diagnostic {
  return error("E0212", `\`${word}\` is a ghost and cannot be read here`, span, {
    label: "not part of the state",
    hint: "only assignments to ghosts may read ghosts; drop `ghost` to make it part of the state",
  });
}

export function symmetricLiteral(literal: string, id: string, span: Span, at: Span): Diagnostic {
  return error("E0213", `\`${literal}\` singles out one of the symmetric ids \`${id}\``, span, {
    label: "a literal would break the symmetry",
    related: [{ span: at, note: `ids of ${id} are interchangeable` }],
    hint: `quantify over ${id}, or declare \`id ${id}\` without \`symmetric\``,
  });
}

export function symmetricOrder(text: string, id: string, span: Span, at: Span): Diagnostic {
  return error("E0214", `\`${text}\` orders symmetric ids`, span, {
    label: "an order would break the symmetry",
    related: [{ span: at, note: `ids of ${id} are interchangeable` }],
    hint: `use \`==\` or a set, or declare \`id ${id}\` without \`symmetric\``,
  });
}

export function constantDivisor(span: Span): Diagnostic {
  return error("E0215", "`%` needs a positive constant on its right", span, {
    label: "not a positive constant",
    hint: "use a number or a `const` greater than 0",
  });
}

export function constantTooBig(span: Span): Diagnostic {
  return error("E0216", "this number is outside the range of exact integers", span, {
    label: "too big",
    hint: "stay between -9007199254740991 and 9007199254740991",
  });
}

// ---------------------------------------------------------------------------- behaviour

export function deferNeedsMailbox(channel: string, span: Span, at: Span): Diagnostic {
  return error("E0304", `\`defer\` cannot look past a message of \`${channel}\``, span, {
    label: "only a mailbox can be looked into",
    related: [{ span: at, note: "a ring shows only its head" }],
    hint: "declare the channel `mailbox(n)`, or use `block`",
  });
}

export function modelTooBig(what: string, count: number, limit: number, span: Span): Diagnostic {
  return error("E0305", `this model needs ${count} ${what}, more than ${limit}`, span, {
    label: `more than ${limit} ${what}`,
    hint: "set smaller sizes in the check",
  });
}

// ---------------------------------------------------------------------------- findings

export function neverInstantiated(machine: string, span: Span): Diagnostic {
  return make("warning", "W0506", `no system has an instance of \`${machine}\``, span, {
    label: "takes no part in any check",
    hint: "add an instance to a system, or delete it",
  });
}

export function portWithoutChannel(port: string, instance: string, span: Span): Diagnostic {
  return make("warning", "W0506", `port \`${port}\` of \`${instance}\` has no channel`, span, {
    label: "nothing arrives or leaves here",
    hint: "declare a channel for it in the system, or delete the port",
  });
}

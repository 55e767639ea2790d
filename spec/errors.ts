/**
 * Constructors of the diagnostics about names: one function for each code.
 *
 * A constructor takes what it must say and the place, never an engine object. Titles are sentences
 * about the user's model. `docs/errors/` has a page for each code with its real output. Those about
 * types are in `type-errors.ts`, those about the form of a text in `syntax-errors.ts`.
 */
import { type Diagnostic, errorAt, type Related, warningAt } from "./diagnostic.ts";
import { counted, joined, list, suggestion } from "./phrases.ts";
import type { Span } from "./source.ts";

/** `where` are the lines of the modes, as far as they are listed: `net.libretto:3, 5`. */
export function noSuchMode(
  owner: { readonly kind: "machine" | "thread"; readonly name: string },
  mode: string,
  span: Span,
  modes: readonly string[],
  where: string,
): Diagnostic {
  const { kind, name } = owner;
  const what = kind === "machine" ? "mode" : "label";
  const places = where === "" ? "" : `   (${where})`;
  return errorAt("E0107", `${kind} \`${name}\` has no ${what} \`${mode}\``, span, {
    label: `not a ${what} of ${name}`,
    notes: [`${what}s of ${name}: ${list(modes)}${places}`],
    hint: suggestion(mode, modes),
  });
}

export function unknownName(word: string, span: Span, candidates: readonly string[]): Diagnostic {
  return errorAt("E0108", `nothing here is called \`${word}\``, span, {
    label: "not declared",
    hint: suggestion(word, candidates),
  });
}

/** With `again` the culprit is a `use`, which brings the second declaration. */
export function duplicateName(word: string, span: Span, first: Span, again?: Span): Diagnostic {
  const related: Related[] = [{ span: first, note: "first declared here" }];
  if (again !== undefined) related.push({ span: again, note: "declared again here" });
  return errorAt("E0109", `\`${word}\` is declared twice`, span, {
    label: again === undefined ? "declared again here" : "brings the second one",
    related,
    hint: "rename one of them",
  });
}

export function moduleNotFound(written: string, path: string, span: Span): Diagnostic {
  return errorAt("E0131", `there is no module \`${written}\``, span, {
    label: `no file \`${path}\``,
    hint: 'say where it is, from this file: `use Names from "./folder/names"`',
  });
}

export function cyclicUse(circle: readonly string[], span: Span): Diagnostic {
  const [first = ""] = circle;
  const title =
    circle.length === 1 ? `\`${first}\` uses itself` : `\`${first}\` uses itself, through others`;
  return errorAt("E0132", title, span, {
    label: "closes the circle",
    notes: circle.length === 1 ? [] : [`circle: ${[...circle, first].join(" uses ")}`],
    hint: "move what they share to a module that uses neither",
  });
}

export function wrongKind(
  word: string,
  is: string,
  wanted: string,
  span: Span,
  hint?: string,
): Diagnostic {
  return errorAt("E0133", `\`${word}\` is ${is}, but ${wanted} is needed here`, span, {
    label: `not ${wanted}`,
    hint,
  });
}

/** `owner` is for example "machine `App`", and `what` "variable". */
export function noSuchMember(
  owner: string,
  what: string,
  word: string,
  span: Span,
  members: readonly string[],
): Diagnostic {
  return errorAt("E0134", `${owner} has no ${what} \`${word}\``, span, {
    label: `no such ${what}`,
    notes: [`${what}s of ${owner}: ${list(members)}`],
    hint: suggestion(word, members),
  });
}

export function badWiring(
  title: string,
  span: Span,
  label: string,
  hint: string,
  related: readonly Related[] = [],
): Diagnostic {
  return errorAt("E0135", title, span, { label, hint, related });
}

/** `end` is the missing end of a channel as it would be written: `channel o : a.o -> …`. */
export function portNotWired(
  port: string,
  instance: string,
  span: Span,
  used: Span,
  end: string,
): Diagnostic {
  return errorAt("E0136", `port \`${port}\` of \`${instance}\` has no channel`, span, {
    label: "needs a channel",
    related: [{ span: used, note: "used here" }],
    hint: `add one to the system: \`${end}\``,
  });
}

export function initialModes(owner: string, span: Span, found: number, first: Span): Diagnostic {
  if (found === 0) {
    return errorAt("E0137", `${owner} has no initial mode`, span, {
      label: "where does it start?",
      hint: "write `initial` before one of its modes",
    });
  }
  return errorAt("E0137", `${owner} has ${found} initial modes`, span, {
    label: "only one can be the first",
    related: [{ span: first, note: "initial as well" }],
    hint: "leave `initial` before exactly one of them",
  });
}

/** What a check must set and does not: sizes of ids, and parameters of its system. */
export interface Missing {
  readonly name: string;
  readonly kind: "id" | "parameter";
  readonly declared: Span;
}

export function settingsMissing(
  subject: string,
  span: Span,
  missing: readonly Missing[],
): Diagnostic {
  const names = joined(missing.map(({ name }) => `\`${name}\``));
  const lines = missing.map(({ name, kind }) => `${name} = ${kind === "id" ? "2" : "…"}`);
  return errorAt("E0138", `${subject} does not set ${names}`, span, {
    label: missing.length === 1 ? "needs a value for it" : "needs values for them",
    related: missing.map(({ kind, declared }) => ({
      span: declared,
      note: kind === "id" ? "how many are there?" : "a parameter of the system",
    })),
    hint: `add \`${lines.join("  ")}\``,
  });
}

export function endlessRun(deployment: string, span: Span): Diagnostic {
  const title = `deployment \`${deployment}\` does not say how long it runs`;
  const hint = "add a line such as `run 10s`";
  return errorAt("E0138", title, span, { label: "needs an end", hint });
}

export function badSetting(
  word: string,
  span: Span,
  reason: string,
  candidates: readonly string[],
): Diagnostic {
  return errorAt("E0139", `\`${word}\` cannot be set here`, span, {
    label: reason,
    notes: [`can be set: ${list(candidates)}`],
    hint: suggestion(word, candidates),
  });
}

export function setTwice(word: string, span: Span, first: Span): Diagnostic {
  return errorAt("E0147", `${word} is set twice`, span, {
    label: "set again here",
    related: [{ span: first, note: "first set here" }],
    hint: "keep one of them",
  });
}

export function noSuchTransition(
  instance: string,
  word: string,
  span: Span,
  names: readonly string[],
): Diagnostic {
  return errorAt("E0140", `\`${instance}\` has no transition \`${word}\``, span, {
    label: "no such transition",
    notes: [`transitions of ${instance}: ${list(names)}`],
    hint: suggestion(word, names),
  });
}

export function noSuchFault(word: string, span: Span, names: readonly string[]): Diagnostic {
  return errorAt("E0141", `no fault is called \`${word}\``, span, {
    label: "no such fault",
    notes: [`faults of this system: ${list(names)}`],
    hint: suggestion(word, names),
  });
}

export function noSuchProperty(word: string, span: Span, names: readonly string[]): Diagnostic {
  return errorAt("E0142", `no property is called \`${word}\``, span, {
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
  const given = found === 0 ? "none is" : `${found} ${found === 1 ? "is" : "are"}`;
  return errorAt(
    "E0143",
    `\`${callee}\` takes ${counted(wanted, "value")}, but ${given} given`,
    span,
    {
      label: `${wanted} wanted, ${found} given`,
    },
  );
}

/** `circle` are the names that lead back to the first of them, which is at `span`. */
export function recursiveDefinition(circle: readonly string[], span: Span): Diagnostic {
  const [first = ""] = circle;
  const way = [...circle, first].map((name) => `\`${name}\``);
  return errorAt("E0144", `\`${first}\` is defined by itself`, span, {
    label: "leads back to itself",
    notes: circle.length === 1 ? [] : [way.join(" uses ")],
    hint: "definitions and constants are written out where they are used: they cannot be recursive",
  });
}

export function misplaced(what: string, reason: string, span: Span, hint?: string): Diagnostic {
  return errorAt("E0145", `${what} cannot stand here`, span, { label: reason, hint });
}

/** `choices` are the longer names, one of which is meant. */
export function ambiguousName(word: string, span: Span, choices: readonly string[]): Diagnostic {
  const [first = ""] = choices;
  return errorAt("E0146", `\`${word}\` can mean more than one thing`, span, {
    label: "which one?",
    notes: [`it can be: ${list(choices)}`],
    hint: `write \`${first}\`, or another of them`,
  });
}

/** `observe` is the line that compares with the variable of that name, when there is one. */
export function noSuchParameter(
  binding: string,
  word: string,
  transition: string,
  span: Span,
  parts: {
    readonly declaredAt: string;
    readonly parameters: readonly string[];
    readonly observe: string | undefined;
  },
): Diagnostic {
  const { declaredAt, parameters, observe } = parts;
  const missing = `\`${transition}\` has no parameter \`${word}\``;
  const title = `binding \`${binding}\` sets \`${word}\`, but ${missing}`;
  return errorAt("E0402", title, span, {
    label: "no such parameter",
    notes: [
      `\`${transition}\` is declared at ${declaredAt}`,
      ...(parameters.length === 0 ? [] : [`parameters of ${transition}: ${list(parameters)}`]),
    ],
    hint:
      observe === undefined
        ? suggestion(word, parameters)
        : `to compare with the model's variable write \`${observe}\``,
  });
}

// ---------------------------------------------------------------------------- findings

export function neverInstantiated(machine: string, span: Span): Diagnostic {
  return warningAt("W0506", `no system has an instance of \`${machine}\``, span, {
    label: "takes no part in any check",
    hint: "add an instance to a system, or delete it",
  });
}

export function portWithoutChannel(port: string, instance: string, span: Span): Diagnostic {
  return warningAt("W0506", `port \`${port}\` of \`${instance}\` has no channel`, span, {
    label: "nothing arrives or leaves here",
    hint: "declare a channel for it in the system, or delete the port",
  });
}

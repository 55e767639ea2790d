/**
 * Judging declarations that no check reaches: unused types and constants, systems without a check,
 * machines that no system instantiates. Everything that is declared is judged, also what is not
 * used.
 *
 * Sizes are not known there, so ids are given `ASSUMED_SIZE` values, and a machine without a system
 * may name instances that only a system could provide.
 */
import type { Diagnostic } from "../diagnostic.ts";
import { duplicateName, neverInstantiated } from "../errors.ts";
import type { ModuleScope, Program } from "../program.ts";
import type * as syntax from "../syntax.ts";
import { mayDeclare } from "../unread.ts";
import { assumedParameters, writtenValue } from "./assumptions.ts";
import { newBuilder } from "./builder.ts";
import { newLowering, systemScope } from "./check.ts";
import { reportDuplicates } from "./duplicates.ts";
import { judgeDefinition } from "./definitions.ts";
import { constantValue } from "./literals.ts";
import { portMember } from "./instances.ts";
import { lowerProperties } from "./properties.ts";
import { type Lowering, moduleScope, type Scope } from "./scope.ts";
import { memoryOf, unboundedFaults } from "./settings.ts";
import { lowerSystem } from "./system.ts";
import { ASSUMED_SIZE, declaredType, typeOf } from "./type-of.ts";

type Report = (diagnostic: Diagnostic) => void;

/** Judges all declarations of a module except its checks and scenarios. */
export function judgeDeclarations(program: Program, module: ModuleScope, report: Report): void {
  const { declarations } = module.module;
  const lowering = newLowering(program, new Map(), false, ASSUMED_SIZE, report);
  for (const declaration of declarations) judgeDeclaration(lowering, module, declaration);
  const checked = new Set(
    declarations.flatMap((each) => (each.kind === "check" ? [each.system.text] : [])),
  );
  const machines = new Set<string>();
  for (const declaration of declarations) {
    if (declaration.kind !== "system") continue;
    for (const item of declaration.items) {
      if (item.kind === "instance") machines.add(item.machine.text);
    }
    if (!checked.has(declaration.name.text)) judgeSystem(lowering, module, declaration);
  }
  for (const declaration of declarations) {
    if (declaration.kind !== "machine" && declaration.kind !== "thread") continue;
    if (machines.has(declaration.name.text)) continue;
    // A module without a system is a library: its machines are for others.
    const { text, span } = declaration.name;
    const isLibrary = machines.size === 0 || mayDeclare(module.unread, text);
    if (!isLibrary) report(neverInstantiated(text, span));
    judgeOrphan(lowering, module, declaration);
  }
}

function judgeDeclaration(
  lowering: Lowering,
  module: ModuleScope,
  declaration: syntax.Declaration,
): void {
  const scope = moduleScope(lowering, module);
  const found = module.names.get(declaration.name.text);
  switch (declaration.kind) {
    case "id":
    case "type":
    case "enum":
    case "record":
    case "message":
      judgeNames(lowering, module, declaration);
      if (found?.declaration === declaration) declaredType(scope, found);
      return;
    case "const":
      constantValue(scope, declaration);
      return;
    case "def":
      judgeDefinition(scope, declaration);
      return;
    case "interface":
      judgeInterface(scope, declaration);
      return;
    default:
  }
}

/** Members of an enum, fields of a record, kinds of a message: each name once. */
function judgeNames(
  lowering: Lowering,
  module: ModuleScope,
  declaration: Extract<syntax.Declaration, { kind: "id" | "type" | "enum" | "record" | "message" }>,
): void {
  const once = (names: readonly syntax.Name[]): void => reportDuplicates(lowering, names);
  if (declaration.kind === "enum") {
    once(declaration.members);
    for (const member of declaration.members) notAlso(lowering, module, member, WORD_KINDS);
  }
  if (declaration.kind === "record") once(declaration.fields.map((field) => field.name));
  if (declaration.kind !== "message") return;
  once(declaration.kinds.map((kind) => kind.name));
  for (const kind of declaration.kinds) notAlso(lowering, module, kind.name, CALL_KINDS);
  for (const kind of declaration.kinds) once(kind.fields.map((field) => field.name));
}

/** Declarations that a bare word can mean, and those that a call can. */
const WORD_KINDS: readonly syntax.Declaration["kind"][] = ["const", "def"];
const CALL_KINDS: readonly syntax.Declaration["kind"][] = ["const", "def", "record"];

/** A member or a kind must not be the name of something that stands in the same places. */
function notAlso(
  lowering: Lowering,
  module: ModuleScope,
  name: syntax.Name,
  kinds: readonly syntax.Declaration["kind"][],
): void {
  const other = module.names.get(name.text)?.declaration;
  if (other === undefined || !kinds.includes(other.kind)) return;
  lowering.report(duplicateName(name.text, name.span, other.name.span));
}

function judgeInterface(scope: Scope, declaration: syntax.InterfaceDeclaration): void {
  const { ports } = declaration;
  reportDuplicates(
    scope.lowering,
    ports.map((port) => port.name),
  );
  for (const port of ports) portMember(scope, port);
}

function judgeSystem(
  lowering: Lowering,
  module: ModuleScope,
  declaration: syntax.SystemDeclaration,
): void {
  const bounds = unboundedFaults(module, declaration, declaration.span);
  const memory = memoryOf(lowering, module, declaration, []);
  const builder = newBuilder(lowering, memory, bounds);
  const parameters = assumedParameters(lowering, module, declaration);
  const system = lowerSystem(builder, module, declaration, parameters);
  lowerProperties(systemScope(builder, system), declaration);
}

/** What only a system can provide is not missed in a machine that stands alone. */
const SYSTEM_MATTERS = new Set(["E0135", "E0136", "W0506"]);

function judgeOrphan(
  lowering: Lowering,
  module: ModuleScope,
  machine: syntax.MachineDeclaration | syntax.ThreadDeclaration,
): void {
  const { span, name } = machine;
  // Values of parameters are invented, at the places of their names.
  const invented = new Set(machine.parameters.map((parameter) => parameter.name.span.start));
  const aside: Lowering = {
    ...lowering,
    alone: true,
    report: (diagnostic) => {
      const isInvented = invented.has(diagnostic.span?.start ?? -1);
      if (!isInvented && !SYSTEM_MATTERS.has(diagnostic.code)) lowering.report(diagnostic);
    },
  };
  const scope = moduleScope(aside, module);
  const values: syntax.Expr[] = [];
  for (const parameter of machine.parameters) {
    const type = typeOf(scope, parameter.type);
    if (type === undefined) return;
    values.push(writtenValue(type, parameter.name.span));
  }
  const instance: syntax.InstanceDeclaration = {
    kind: "instance",
    span,
    name: { text: "it", span: name.span },
    index: undefined,
    machine: name,
    arguments: values,
  };
  const system: syntax.SystemDeclaration = {
    kind: "system",
    span,
    name: { text: "", span: name.span },
    parameters: [],
    items: [instance],
  };
  judgeSystem(aside, module, system);
}

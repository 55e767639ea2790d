/**
 * Formulas as expressions of Promela.
 *
 *     req_length > 0 && req_0_kind == Req_Data && (server == Server_Up || !server_busy)
 *
 * Numbers that stand for a mode, an id or a member of an enum are printed by name where they meet
 * a cell that has names.
 */
import type { Formula } from "./formula.ts";

/** What the cells and their values are called. */
export interface FormulaWords {
  cell(cell: number): string;
  /** The name of a value of a cell; undefined when its values are plain numbers. */
  value(cell: number, value: number): string | undefined;
}

/** The formula, without parentheses around the whole. */
export function printFormula(formula: Formula, words: FormulaWords): string {
  switch (formula.op) {
    case "const":
      return String(formula.value);
    case "cell":
      return words.cell(formula.cell);
    case "not": {
      const { operand } = formula;
      if (operand.op === "eq") return compare("!=", operand.left, operand.right, words);
      return `!${tight(operand, words)}`;
    }
    case "and":
      return formula.operands.map((one) => tight(one, words)).join(" && ");
    case "or":
      return formula.operands.map((one) => tight(one, words)).join(" || ");
    case "eq":
      return compare("==", formula.left, formula.right, words);
    case "lt":
    case "le": {
      const { left, right } = formula;
      const [sign, flipped] = formula.op === "lt" ? ["<", ">"] : ["<=", ">="];
      // `length > 0` reads better than `0 < length`.
      return left.op === "const"
        ? compare(flipped ?? "", right, left, words)
        : compare(sign ?? "", left, right, words);
    }
    case "add": {
      const { left, right } = formula;
      if (right.op === "const" && right.value < 0) {
        return `${tight(left, words)} - ${-right.value}`;
      }
      return `${tight(left, words)} + ${tight(right, words)}`;
    }
    case "sub":
      return `${tight(formula.left, words)} - ${tight(formula.right, words)}`;
    case "mul":
      return `${tight(formula.left, words)} * ${tight(formula.right, words)}`;
    case "mod": {
      const rest = `${tight(formula.left, words)} % ${tight(formula.right, words)}`;
      if (formula.left.low >= 0) return rest;
      // The remainder of a negative number is negative in Promela and never in Libretto.
      const divisor = tight(formula.right, words);
      return `((${rest}) + ${divisor}) % ${divisor}`;
    }
    case "if":
      return printChoice(formula, (one) => tight(one, words), words);
  }
}

/** The value that is given to a cell: constants by their names there. */
export function printValueFor(cell: number, formula: Formula, words: FormulaWords): string {
  if (formula.op === "const") return named(cell, formula.value, words);
  if (formula.op !== "if") return printFormula(formula, words);
  const part = (one: Formula): string =>
    one.op === "if" || one.op === "const" ? printValueFor(cell, one, words) : tight(one, words);
  return printChoice(formula, part, words);
}

function printChoice(
  formula: Extract<Formula, { op: "if" }>,
  part: (one: Formula) => string,
  words: FormulaWords,
): string {
  const condition = tight(formula.condition, words);
  return `(${condition} -> ${part(formula.then)} : ${part(formula.else)})`;
}

function compare(sign: string, left: Formula, right: Formula, words: FormulaWords): string {
  const other =
    left.op === "cell" && right.op === "const"
      ? named(left.cell, right.value, words)
      : tight(right, words);
  return `${tight(left, words)} ${sign} ${other}`;
}

function named(cell: number, value: number, words: FormulaWords): string {
  return words.value(cell, value) ?? (value < 0 ? `(${value})` : String(value));
}

/** With parentheses unless it is a word, or has its own. */
function tight(formula: Formula, words: FormulaWords): string {
  const text = printFormula(formula, words);
  if (formula.op === "cell" || formula.op === "if") return text;
  if (formula.op === "const") return formula.value < 0 ? `(${text})` : text;
  return `(${text})`;
}

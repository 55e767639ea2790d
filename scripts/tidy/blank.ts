/**
 * Blanks comments and literals in TypeScript text, keeping every offset.
 *
 *     const a = "eval(1)"; // eval(2)
 *     const a = "       ";              code: comments and contents of literals are blank
 *     const a = "eval(1)";              withoutComments: only comments are blank
 *
 * A check that searches for `eval(` in `code` finds only calls. TypeScript 7 has no JavaScript API,
 * and a regular expression over the raw text would stumble over its own pattern; hence this
 * scanner.
 *
 * What it knows: line and block comments, the three string forms with nested `${…}`, and regular
 * expression literals. A `/` begins a regular expression unless a value ends just before it (a name
 * that is no keyword, a number, `)`, `]` or `}`).
 */

export interface Blanked {
  readonly code: string;
  readonly withoutComments: string;
}

type Part = "code" | "comment" | "literal";

const KEYWORD_BEFORE_VALUE: RegExp =
  /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|throw|new|yield|await|instanceof)$/;

/** Splits `text` into code, comments and literal contents, and blanks the latter two. */
export function blank(text: string): Blanked {
  const parts = classify(text);
  const keep = (wanted: readonly Part[]) =>
    Array.from(parts, (part, offset) => {
      const letter = text[offset] ?? "";
      return letter === "\n" || wanted.includes(part) ? letter : " ";
    }).join("");
  return { code: keep(["code"]), withoutComments: keep(["code", "literal"]) };
}

function classify(text: string): Part[] {
  const parts: Part[] = Array.from({ length: text.length }, () => "code");
  const fill = (from: number, to: number, part: Part) => parts.fill(part, from, to);
  /** Depth of braces inside each open `${`. */
  const substitutions: number[] = [];
  let offset = 0;
  while (offset < text.length) {
    const letter = text[offset] ?? "";
    const pair = text.slice(offset, offset + 2);
    let end = offset + 1;
    if (pair === "//" || pair === "/*") {
      end = endOfComment(text, offset);
      fill(offset, end, "comment");
    } else if (letter === '"' || letter === "'") {
      end = endOfString(text, offset);
      fill(offset + 1, end - 1, "literal");
    } else if (letter === "`" || (letter === "}" && substitutions.at(-1) === 0)) {
      if (letter === "}") substitutions.pop();
      end = endOfTemplate(text, offset + 1);
      const opens = text[end - 1] === "{";
      fill(offset + 1, end - (opens ? 2 : 1), "literal");
      if (opens) substitutions.push(0);
    } else if (letter === "/" && beginsRegExp(text.slice(0, offset))) {
      end = endOfRegExp(text, offset);
      fill(offset + 1, end - 1, "literal");
    } else if (letter === "{" || letter === "}") {
      const depth = substitutions.pop();
      if (depth !== undefined) substitutions.push(depth + (letter === "{" ? 1 : -1));
    }
    offset = end;
  }
  return parts;
}

function endOfComment(text: string, start: number): number {
  const isLine = text[start + 1] === "/";
  const close = text.indexOf(isLine ? "\n" : "*/", start + 2);
  if (close < 0) return text.length;
  return isLine ? close : close + 2;
}

function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let offset = start + 1; offset < text.length; offset++) {
    if (text[offset] === "\\") offset++;
    else if (text[offset] === quote || text[offset] === "\n") return offset + 1;
  }
  return text.length;
}

/** The offset after the closing backtick, or after the `${` that opens a substitution. */
function endOfTemplate(text: string, start: number): number {
  for (let offset = start; offset < text.length; offset++) {
    if (text[offset] === "\\") offset++;
    else if (text[offset] === "`") return offset + 1;
    else if (text.startsWith("${", offset)) return offset + 2;
  }
  return text.length;
}

function endOfRegExp(text: string, start: number): number {
  let inClass = false;
  for (let offset = start + 1; offset < text.length; offset++) {
    const letter = text[offset];
    if (letter === "\\") offset++;
    else if (letter === "[") inClass = true;
    else if (letter === "]") inClass = false;
    else if (letter === "\n" || (letter === "/" && !inClass)) return offset + 1;
  }
  return text.length;
}

function beginsRegExp(before: string): boolean {
  const code = before.slice(-200).trimEnd();
  return !/[\w$)\]}"'`]$/.test(code) || KEYWORD_BEFORE_VALUE.test(code);
}

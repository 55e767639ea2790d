/**
 * A syntax tree in nested words: `(kind part part)`, lists in brackets.
 *
 * Places, absent parts and `false` are left out; `true` is the name of its field, except as a
 * value.
 */
export function shape(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shape).join(" ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const isWritten = ([key, part]: [string, unknown]): boolean =>
    key !== "span" && part !== undefined && part !== false;
  const fields = new Map<string, unknown>(Object.entries(value).filter(isWritten));
  if (fields.size === 1 && fields.has("text")) return String(fields.get("text"));
  if (fields.get("kind") === "name") return String(fields.get("name"));
  if (fields.has("nanoseconds")) return String(fields.get("text"));
  const words = [...fields].map(([key, part]) => {
    if (key === "kind") return String(part);
    return part === true && key !== "value" ? key : shape(part);
  });
  return `(${words.join(" ")})`;
}

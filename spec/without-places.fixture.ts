/** Takes the places out of a syntax tree, so that trees of two layouts can be compared. */
export function withoutPlaces(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPlaces);
  const entries = Object.entries(value).filter(([key]) => key !== "span");
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutPlaces(part)]));
}

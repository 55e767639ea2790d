/**
 * Names of a Model as identifiers of another notation: readable, and never two for one.
 *
 *     server.table[Client1]   server_table_Client1
 *     a.b, a_b                a_b, a_b_2              the second of two that would be equal
 *     init                    init_2                  a word of the notation
 *
 * The order of asking decides who gets the plain name, so the same Model gives the same names.
 */

/** Gives an identifier that nobody was given before. */
export type Naming = (wanted: string) => string;

export function createNaming(reserved: ReadonlySet<string>): Naming {
  const given = new Set(reserved);
  return (wanted) => {
    const plain = identifier(wanted);
    let name = plain;
    for (let count = 2; given.has(name); count++) name = `${plain}_${count}`;
    given.add(name);
    return name;
  };
}

/** The nearest identifier: letters, digits and single underscores, a letter first. */
export function identifier(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return /^[A-Za-z]/.test(plain) ? plain : `x${plain === "" ? "" : "_"}${plain}`;
}

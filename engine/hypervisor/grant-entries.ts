/**
 * Entries of grant tables (version 1): words of shared memory that the granting guest writes.
 *
 *     base │ domain 0: (flags, grantee, frame) × entries │ domain 1 …
 *
 * The frame and the grantee of an entry mean something only while its flags permit access, so the
 * flags are stored last. Stores pass through the store buffer of the guest's core: under TSO they
 * arrive late, but in order. Flags and grantee are halves of one 32-bit word on the real machine,
 * which Xen compares as one; words are not split here, so they are two words and Xen's compare
 * looks at both in one step.
 *
 * Sources: Xen public/grant_table.h (order of stores, how to end access), NetBSD and Linux drivers.
 */
import type { Memory } from "../hardware/memory.ts";

export interface GrantShape {
  readonly domains: number;
  /** Entries of each domain's table. */
  readonly entries: number;
  /** Mappings that a domain may hold. */
  readonly handles: number;
  /** Address of the first word of the tables. */
  readonly base: number;
}

/** Words of an entry. */
export const Field = { flags: 0, grantee: 1, frame: 2 };
const FIELDS = 3;

/** Bits of the flags. */
export const PERMIT_ACCESS: number = 1;
export const TYPE_MASK: number = 3;
export const READ_ONLY: number = 1 << 2;
/** Set by Xen while somebody has mapped the entry. */
export const READING: number = 1 << 3;
export const WRITING: number = 1 << 4;

export interface Grant {
  readonly grantee: number;
  readonly frame: number;
  readonly readOnly?: boolean;
}

/** Order of the stores that publish an entry; on x86 no barrier is needed between them. */
export const PUBLISH_ORDER: readonly number[] = [Field.grantee, Field.frame, Field.flags];

export interface GrantEntries {
  readonly shape: GrantShape;
  addressOf(domain: number, ref: number, field: number): number;
  /** Stores one word of an entry that is to be published. */
  storeField(core: number, domain: number, ref: number, field: number, grant: Grant): void;
  /** Stores all of them, in order. Throws a RangeError when the store buffer has no room. */
  publish(core: number, domain: number, ref: number, grant: Grant): void;
  readFlags(core: number, domain: number, ref: number): number;
  /** Second step of revoking: clears the flags if they are still what was read. */
  clearIfStill(core: number, domain: number, ref: number, seen: number): boolean;
  /** Revokes, and says whether it could: an entry that is in use cannot be revoked. */
  revoke(core: number, domain: number, ref: number): boolean;
}

/** Words that grant tables of this shape take. */
export function grantWordsOf({ domains, entries }: GrantShape): number {
  return domains * entries * FIELDS;
}

export function createGrantEntries(memory: Memory, shape: GrantShape): GrantEntries {
  const addressOf = (domain: number, ref: number, field: number): number =>
    shape.base + (domain * shape.entries + ref) * FIELDS + field;
  const storeField: GrantEntries["storeField"] = (core, domain, ref, field, grant) => {
    const flags = PERMIT_ACCESS | (grant.readOnly === true ? READ_ONLY : 0);
    const value = [flags, grant.grantee, grant.frame][field];
    if (value === undefined) throw new RangeError(`An entry has no word ${field}`);
    memory.store(core, addressOf(domain, ref, field), value);
  };
  const readFlags = (core: number, domain: number, ref: number): number =>
    memory.load(core, addressOf(domain, ref, Field.flags));
  const clearIfStill: GrantEntries["clearIfStill"] = (core, domain, ref, seen) => {
    const at = addressOf(domain, ref, Field.flags);
    return memory.exchange(core, at, (old) => (old === seen ? 0 : old)) === seen;
  };
  return {
    shape,
    addressOf,
    storeField,
    publish(core, domain, ref, grant) {
      for (const field of PUBLISH_ORDER) storeField(core, domain, ref, field, grant);
    },
    readFlags,
    clearIfStill,
    revoke(core, domain, ref) {
      let seen = readFlags(core, domain, ref);
      while ((seen & (READING | WRITING)) === 0) {
        if (clearIfStill(core, domain, ref, seen)) return true;
        seen = readFlags(core, domain, ref);
      }
      return false;
    },
  };
}

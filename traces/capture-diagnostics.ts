/**
 * The messages about captures and event logs: one constructor per code, E0520 to E0549.
 *
 * Only what makes a whole file useless is a diagnostic. Damage that leaves a part readable is a
 * `Loss`, which a verdict carries on as a reason to be inconclusive. None of these has a span: a
 * capture has no text to point at.
 */

/**
 * A message about a file. It has the shape of the diagnostics of specifications, so that reporters
 * print it like any other; it is declared here because this room imports no other.
 */
export interface CaptureDiagnostic {
  /** For example `E0520`. */
  readonly code: string;
  readonly severity: "error";
  readonly title: string;
  readonly related: readonly never[];
  readonly notes: readonly string[];
  readonly hint?: string;
}

function fileError(
  code: string,
  title: string,
  notes: readonly string[],
  hint: string | undefined,
): CaptureDiagnostic {
  const message = { code, severity: "error", title, related: [], notes } as const;
  return hint === undefined ? message : { ...message, hint };
}

/** The file cannot be opened; `cause` in words, such as "no such file". */
export function cannotOpen(path: string, cause: string): CaptureDiagnostic {
  return fileError("E0520", `recording \`${path}\` cannot be opened: ${cause}`, [], undefined);
}

export function emptyFile(path: string): CaptureDiagnostic {
  return fileError(
    "E0521",
    `recording \`${path}\` is empty`,
    ["it has no byte, not even the header of a capture"],
    "capture again, and stop the capturing process in a way that lets it write its file",
  );
}

/** The content is compressed; `program` unpacks it. */
export function compressedFile(path: string, format: string, program: string): CaptureDiagnostic {
  return fileError(
    "E0522",
    `recording \`${path}\` is compressed (${format})`,
    [],
    `unpack it first: \`${program} ${path}\``,
  );
}

/** The content is no capture and no event log; `looksLike` says what it is. */
export function unknownFormat(path: string, looksLike: string): CaptureDiagnostic {
  return fileError(
    "E0523",
    `recording \`${path}\` is neither a capture nor an event log`,
    [
      `it begins like ${looksLike}`,
      "read are pcap, pcapng, and event logs with one JSON object per line",
      "the content decides, not the name",
    ],
    undefined,
  );
}

export function damagedHeader(path: string, damage: string): CaptureDiagnostic {
  return fileError("E0524", `the header of capture \`${path}\` is damaged`, [damage], undefined);
}

export function unknownLinkType(path: string, linkType: number, known: string): CaptureDiagnostic {
  return fileError(
    "E0525",
    `capture \`${path}\` has link type ${linkType}, which is not read`,
    [`read are ${known}`],
    "capture on an Ethernet interface, or on `any`",
  );
}

/** The operating system fails to deliver the file; `cause` in words. */
export function readFailed(path: string, cause: string): CaptureDiagnostic {
  return fileError("E0526", `reading \`${path}\` failed: ${cause}`, [], undefined);
}

export function noEvents(path: string, lines: number, firstBad: string): CaptureDiagnostic {
  return fileError(
    "E0527",
    `event log \`${path}\` has no readable event`,
    [`${lines === 1 ? "its only line is" : `all ${lines} lines are`} unreadable; ${firstBad}`],
    undefined,
  );
}

export function noTimeField(
  path: string,
  wanted: string,
  fields: readonly string[],
): CaptureDiagnostic {
  return fileError(
    "E0528",
    `no line of event log \`${path}\` has a time in ${wanted}`,
    [
      fields.length === 0
        ? "its first object has no fields"
        : `fields of its first object: ${fields.join(", ")}`,
    ],
    "name the field that holds the time, and its unit",
  );
}

export function sameFileTwice(path: string, first: string): CaptureDiagnostic {
  return fileError(
    "E0529",
    `recording \`${path}\` is given twice`,
    [`it is the same file as \`${first}\`; every event in it would count twice`],
    "name it once",
  );
}

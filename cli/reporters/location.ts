/**
 * Paths as other tools want them: relative to the root of the repository, with forward slashes.
 *
 * GitHub and SARIF viewers find a file only when its path starts at the root of the checkout, while
 * a user may call the command in a folder below. A path outside the root stays as it is.
 */
import { isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

export interface Roots {
  /** Folder that relative paths of the Report start from. */
  readonly folder: string;
  /** Root of the repository; often the same. */
  readonly root: string;
}

/** `specs/net.libretto` */
export function pathFromRoot(path: string, { folder, root }: Roots): string {
  const below = relative(root, resolve(folder, path));
  return isOutside(below) ? path : below.split(sep).join("/");
}

/** The same as a URI reference, absolute when the file is not below the root. */
export function uriFromRoot(path: string, roots: Roots): string {
  const absolute = resolve(roots.folder, path);
  const below = relative(roots.root, absolute);
  if (isOutside(below)) return pathToFileURL(absolute).href;
  return below.split(sep).map(encodeURIComponent).join("/");
}

function isOutside(below: string): boolean {
  return below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below);
}

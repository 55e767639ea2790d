/** What tshark says of a capture of the engine, for tests. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const hasTshark: boolean = spawnSync("tshark", ["--version"]).status === 0;

/** Fields of the frames that a display filter keeps, one line each. */
export function tshark(
  bytes: Uint8Array | undefined,
  filter: string,
  fields: readonly string[],
): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  try {
    const file = join(folder, "run.pcapng");
    writeFileSync(file, bytes ?? "");
    const checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];
    const wanted = fields.flatMap((field) => ["-e", field]);
    const words = ["-r", file, ...checks, "-Y", filter, "-T", "fields", ...wanted];
    const text = execFileSync("tshark", words, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 2 ** 28,
    });
    return text.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

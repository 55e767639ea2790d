/**
 * Addresses as people write them: `02:00:00:00:05:00`, `10.0.0.2`.
 */
import type { Ip, Mac } from "../network/frames.ts";

export function macText(mac: Mac): string {
  const bytes = Array.from({ length: 6 }, (_, at) => Math.floor(mac / 2 ** (8 * (5 - at))) % 256);
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

export function ipText(ip: Ip): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(ip / 2 ** shift) % 256).join(".");
}

import type { Unit } from "./figures.ts";

/** `24×`, `2.4×`, `0.24×`: two digits are all that a benchmark is worth. */
export function formatRatio(ratio: number): string {
  return `${twoDigits(ratio)}×`;
}

/** Milliseconds in the unit that reads best. */
export function formatTime(ms: number): string {
  if (Math.abs(ms) >= 1000) return `${twoDigits(ms / 1000)} s`;
  return Math.abs(ms) < 0.1 ? `${twoDigits(ms * 1000)} µs` : `${twoDigits(ms)} ms`;
}

export function formatValue(value: number, unit: Unit): string {
  return unit === "ms" ? formatTime(value) : `${twoDigits(value)} MiB`;
}

function twoDigits(value: number): string {
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(digits, 3));
}

/** Where an axis has its marks, and what they say. Pure. */
import { formatMillis } from "../evidence/format-figures.ts";

/** Round values from 0 or below to at least `most`, some three or four. */
export function valueTicks(least: number, most: number): number[] {
  const span = Math.max(most - least, Number.MIN_VALUE);
  const rough = span / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.ceil(most / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const TIME_STEPS_MINUTES = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440];

/** Round moments within a stretch of time, at most `most`. Unix milliseconds. */
export function timeTicks(start: number, end: number, most: number): number[] {
  const minutes = (end - start) / 60_000;
  const step = (TIME_STEPS_MINUTES.find((each) => minutes / each <= most) ?? Math.ceil(minutes / most)) * 60_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(start / step) * step; at <= end; at += step) ticks.push(at);
  return ticks;
}

/** 14:05 UTC, as chats have readers everywhere. */
export function formatClock(millis: number): string {
  return new Date(millis).toISOString().slice(11, 16);
}

/** @param unit as UCUM has it; see EvidenceChart */
export function formatValue(value: number, unit: string): string {
  if (value === 0) return "0";
  switch (unit) {
    case "1":
      return `${digits(value * 100)} %`;
    case "%":
      return `${digits(value)} %`;
    case "s":
      return formatMillis(value * 1000);
    case "ms":
      return formatMillis(value);
    case "By":
    case "By/s": {
      const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)));
      return `${digits(value / 1024 ** power)} ${["B", "KiB", "MiB", "GiB", "TiB"][power]}${unit.slice(2)}`;
    }
    case "1/s":
      return `${short(value)}/s`;
    default:
      return unit === "" ? short(value) : `${short(value)} ${unit}`;
  }
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${digits(value / 1e6)} M`;
  return size >= 1e4 ? `${digits(value / 1000)} k` : digits(value);
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

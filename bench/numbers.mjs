// The few statistics that the tables show.
export function quantile(values, q) {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

export const median = (values) => quantile(values, 0.5);
export const ms = (value) => (value === undefined ? "–" : `${value.toFixed(value < 100 ? 1 : 0)} ms`);
export const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
export const MB = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
export const times = (ratio) => `${ratio.toFixed(2)} ×`;
export const percent = (share) => `${share >= 0 ? "+" : "−"}${Math.abs(100 * share).toFixed(1)} %`;

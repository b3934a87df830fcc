/** How long the browser may take to fetch what it was given; there is no event for it. */
const KEEP_MS = 60_000;

/** Hands bytes that the window made to the browser's own download. */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}

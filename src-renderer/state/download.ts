/** How long the browser may take to fetch what it was given; there is no event for it. */
const KEEP_MS = 60_000;

/** Hands a file to the browser's own download. */
export function download(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

/** The same for bytes that the window made. */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  download(url, name);
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}

/** A head's files as the program that they are meant for needs them. */
import { type ExportTarget, isInCentimetres } from '../contract/export-targets.ts';
import type { NamedFile } from './write-files.ts';

/** Metres have six digits after the point; moved by two, nothing is rounded. */
const CENTIMETRES = 100;
const CENTIMETRE_DIGITS = 4;

/** The same file, in centimetres where `target` wants that. */
export function fileFor(target: ExportTarget, file: NamedFile): NamedFile {
  if (!isInCentimetres(target, file.name)) return file;
  return { ...file, read: async () => inCentimetres(await file.read()) };
}

/** An OBJ of ours in metres → the same in centimetres, which its first line says. */
function inCentimetres(obj: Uint8Array): Uint8Array {
  const [title, ...lines] = new TextDecoder().decode(obj).split('\n');
  const scaled = lines.map((line) => {
    if (!line.startsWith('v ')) return line;
    const numbers = line.split(' ').slice(1);
    return `v ${numbers.map((metres) => (Number(metres) * CENTIMETRES).toFixed(CENTIMETRE_DIGITS)).join(' ')}`;
  });
  return new TextEncoder().encode(
    [title!.replace('units: metres', 'units: centimetres'), ...scaled].join('\n'),
  );
}

import type { BlobId, Head } from '../../src-main/contract/entities.ts';
import { strings } from '../strings.ts';

export type ModelFile = { title: string; blob: BlobId };

/** What the turntable can show of a head, the finished one first; a result may lack any of them. */
export function modelFiles(head: Head): ModelFile[] {
  return Object.entries(strings.models).flatMap(([name, title]) => {
    const file = head.files.find((candidate) => candidate.name === name);
    return file ? [{ title, blob: file.blob }] : [];
  });
}

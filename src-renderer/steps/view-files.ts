import type { Head, HeadFile } from '../../src-main/contract/entities.ts';

export type ViewFile = { file: HeadFile; number: number; azimuthDeg: number };

/** The N views of a head in the order of the rig, which goes once around in equal steps from the front. */
export function viewFiles(head: Head): ViewFile[] {
  const files = head.files.filter((file) => /^views\/view-\d+\.png$/.test(file.name));
  files.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return files.map((file, index) => ({
    file,
    number: index + 1,
    azimuthDeg: Math.round((index * 3600) / files.length) / 10,
  }));
}

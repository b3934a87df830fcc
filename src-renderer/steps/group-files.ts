import type { HeadFile } from '../../src-main/contract/entities.ts';

export type FileGroup = { id: 'mesh' | 'views' | 'report'; files: HeadFile[] };

/** A head's files as an artist thinks of them; groups without files are left out. */
export function groupFiles(files: readonly HeadFile[]): FileGroup[] {
  const groups: FileGroup[] = [
    { id: 'mesh', files: [] },
    { id: 'views', files: [] },
    { id: 'report', files: [] },
  ];
  for (const file of files) groups.find((group) => group.id === groupOf(file))?.files.push(file);
  return groups.filter((group) => group.files.length > 0);
}

function groupOf(file: HeadFile): FileGroup['id'] {
  if (file.name.startsWith('views/')) return 'views';
  return file.mediaType.startsWith('model/') || file.mediaType.startsWith('image/') ? 'mesh' : 'report';
}

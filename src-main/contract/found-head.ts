import type { BlobId, Head } from './entities.ts';

/** A version as a search lists it: without what only the one that is opened needs. */
export type FoundHead = Pick<
  Head,
  'id' | 'projectId' | 'photoId' | 'name' | 'starred' | 'tags' | 'createdAt'
> & {
  photoName: string;
  /** The photo's. */
  thumbnail: BlobId;
};

/** Edits of views as the pipeline takes them: with pictures in place of their names in the library. */
import type { View } from '../views.ts';

/** A view that is used instead of the generated one; `index` in the rig. */
export type TakenView = { index: number; view: View };

export type PictureEdit =
  | {
      kind: 'regenerate';
      views: readonly number[];
      seed: number;
      /** (0, 1]. */
      strength: number;
      /** Picture files, white where the view is made anew. */
      masks: readonly { view: number; picture: Uint8Array }[];
    }
  | { kind: 'paint'; view: number; picture: Uint8Array };

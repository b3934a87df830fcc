/** The views that a head is made from: the generated ones, with takes in place of some of them. */
import type { Stage } from '../../stage.ts';
import type { Views } from '../views.ts';
import type { TakenView } from './picture-edit.ts';

export const layTakes: Stage<{ generated: Views; takes: readonly TakenView[] }, Views> = async ({
  generated,
  takes,
}) => useTakes(generated, takes);

export function useTakes(present: Views, takes: readonly TakenView[]): Views {
  const views = [...present.views];
  for (const { index, view } of takes) views[index] = view;
  return { ...present, views };
}

import { randomUUID } from 'node:crypto';
import type { StudioApi } from '../contract/api.ts';
import type { Project } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { Library } from '../library/library.ts';
import type { Emit } from './events.ts';

type ProjectCalls = Pick<StudioApi, 'project.list' | 'project.create'>;

export function createProjectCalls(library: Library, emit: Emit): ProjectCalls {
  return {
    'project.list': async () => library.projects.list(),
    'project.create': async ({ name }) => {
      const id = randomUUID();
      library.projects.insert({ id, name, createdAt: new Date().toISOString() });
      const project = findProject(library, id);
      emit('project.changed', { project });
      return project;
    },
  };
}

/** Throws `not-found`. */
export function findProject(library: Library, id: string): Project {
  const project = library.projects.find(id);
  if (project === null) throw notFound('project', id);
  return project;
}

export function notFound(noun: string, id: string): StudioError {
  return new StudioError({
    code: 'not-found',
    message: `There is no ${noun} ${id}.`,
    hint: 'It may have been removed; reload the list.',
  });
}

import { randomUUID } from 'node:crypto';
import type { StudioApi } from '../contract/api.ts';
import type { Project } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { Library } from '../library/library.ts';
import type { LibraryEdits } from './library-edits.ts';

type ProjectCalls = Pick<StudioApi, 'project.list' | 'project.create' | 'project.edit'>;

export function createProjectCalls(library: Library, edits: LibraryEdits): ProjectCalls {
  return {
    'project.list': async () => library.projects.list(),
    'project.create': async ({ name }) => {
      const id = randomUUID();
      const createdAt = new Date().toISOString();
      edits.apply('create', name, [{ kind: 'project', id, values: { trashedAt: null } }], () =>
        library.projects.insert({ id, name, createdAt, trashedAt: createdAt }),
      );
      return findProject(library, id);
    },
    'project.edit': async ({ projectId, name }) => {
      const before = findProject(library, projectId);
      edits.apply('rename', before.name, [{ kind: 'project', id: projectId, values: { name } }]);
      return findProject(library, projectId);
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

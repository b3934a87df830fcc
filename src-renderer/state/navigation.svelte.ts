/** Where the user is. Kept in the address, so that a reload comes back to the same place and Back works. */
export type Route =
  | { screen: 'library'; projectId: string | null }
  /** Without `headId` the photo's current version is shown. */
  | { screen: 'photo'; projectId: string; photoId: string; headId?: string };

export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#\/?/, '').split('/').map(decode);
  const [first, projectId, third, photoId, fifth, headId] = parts;
  if (first !== 'project' || !projectId) return { screen: 'library', projectId: null };
  if (third === 'photo' && photoId) {
    const version = fifth === 'version' && headId ? { headId } : {};
    return { screen: 'photo', projectId, photoId, ...version };
  }
  return { screen: 'library', projectId };
}

export function formatRoute(route: Route): string {
  if (route.projectId === null) return '#/';
  const project = `#/project/${encodeURIComponent(route.projectId)}`;
  if (route.screen === 'library') return project;
  const photo = `${project}/photo/${encodeURIComponent(route.photoId)}`;
  return route.headId === undefined ? photo : `${photo}/version/${encodeURIComponent(route.headId)}`;
}

/** An address that somebody cut or mistyped is not an error, it leads to the library. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

export class Navigation {
  route: Route = $state({ screen: 'library', projectId: null });

  /** Follows the address until the returned function is called. */
  attach(window: Window): () => void {
    const follow = (): void => {
      this.route = parseRoute(window.location.hash);
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }

  go(route: Route): void {
    this.route = route;
    if (typeof location !== 'undefined') location.hash = formatRoute(route);
  }
}

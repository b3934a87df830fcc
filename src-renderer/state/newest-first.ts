/** `createdAt` is ISO 8601, which sorts as text. */
export function newestFirst<T extends { createdAt: string }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}

/** Groups by key, each of them newest first. */
export function groupNewestFirst<T extends { createdAt: string }>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of newestFirst(items)) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

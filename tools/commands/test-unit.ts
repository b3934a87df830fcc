/** `npm run test:unit -- [vitest arguments]`: without arguments all, with a path only the tests below it. */
import { packageScript } from '../paths.ts';
import { runNode } from '../run-process.ts';

process.exitCode = (
  await runNode(packageScript('vitest', 'vitest.mjs'), ['run', ...process.argv.slice(2)], { show: true })
).code;

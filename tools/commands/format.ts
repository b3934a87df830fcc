import { packageScript } from '../paths.ts';
import { runNode } from '../run-process.ts';

process.exitCode = (
  await runNode(packageScript('prettier', 'bin', 'prettier.cjs'), ['--write', '--log-level', 'warn', '.'], {
    show: true,
  })
).code;

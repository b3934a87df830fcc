import { LINTS, runChecks } from '../checks.ts';

process.exitCode = await runChecks(LINTS);

import { ALL_CHECKS, runChecks } from '../checks.ts';

process.exitCode = await runChecks(ALL_CHECKS);

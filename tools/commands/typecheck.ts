import { TYPECHECKS, runChecks } from '../checks.ts';

process.exitCode = await runChecks(TYPECHECKS);

import { BUILD, BUILD_MAIN, runChecks } from '../checks.ts';

process.exitCode = await runChecks([BUILD, BUILD_MAIN]);

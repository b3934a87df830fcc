import { BUILD, END_TO_END, runChecks } from '../checks.ts';

process.exitCode = await runChecks([BUILD, END_TO_END]);

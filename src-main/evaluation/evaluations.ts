import type { Evaluation } from './evaluation.ts';
import { headEvaluation, headPortraitsEvaluation } from './head/evaluate-head.ts';
import { priorEvaluation, priorPortraitsEvaluation } from './prior/evaluate-prior.ts';
import { viewsEvaluation } from './views/evaluate-views.ts';

/** What `npm run evaluate -- <what>` knows. */
export const EVALUATIONS: Record<string, Evaluation> = {
  prior: priorEvaluation,
  'prior-portraits': priorPortraitsEvaluation,
  head: headEvaluation,
  'head-portraits': headPortraitsEvaluation,
  views: viewsEvaluation,
};

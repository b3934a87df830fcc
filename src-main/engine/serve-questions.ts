/** The process's side of `helper-process.ts`. */
import { mapError } from './map-error.ts';
import type { HelperQuestion } from './messages.ts';
import type { ParentPort } from './parent-port.ts';

/**
 * Answers one question after the other until the studio is gone: two pictures of 100 megapixels at once need twice the
 * memory and are no faster.
 */
export function serveQuestions(
  port: ParentPort,
  answer: (question: HelperQuestion) => Promise<unknown>,
): void {
  let last = Promise.resolve();
  port.onRequest((request) => {
    if (request.type !== 'ask') return;
    const { id, question } = request;
    last = last.then(async () => {
      try {
        port.send({ type: 'answered', id, answer: await answer(question) });
      } catch (error) {
        const info = mapError(error, undefined, new AbortController().signal);
        if (info.code === 'internal') process.stderr.write(`${question.about}: ${String(error)}\n`);
        port.send({ type: 'refused', id, error: info });
      }
    });
  });
  port.send({ type: 'helper-ready' });
}

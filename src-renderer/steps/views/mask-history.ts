/** From one point to another, px of the view; the same point twice is a dab. */
export type MaskStroke = {
  from: [number, number];
  to: [number, number];
  radiusPx: number;
  erase: boolean;
};
/** From a press to its release, or the wiping of everything. */
export type MaskStep = MaskStroke[] | 'clear';

/** What was painted on a mask, so that it can be taken back; who draws it does so again from the first step on. */
export class MaskHistory {
  #steps: MaskStep[] = [];
  #undone: MaskStep[] = [];
  /** Steps that are settled. */
  #settled = 0;
  /** The last step still grows. */
  #open = false;

  get steps(): readonly MaskStep[] {
    return this.#steps;
  }
  get canUndo(): boolean {
    return this.#steps.length > this.#settled;
  }
  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** What is added from now on is a step of its own. */
  begin(): void {
    this.#open = false;
  }
  add(stroke: MaskStroke): void {
    const last = this.#steps.at(-1);
    if (this.#open && Array.isArray(last)) last.push(stroke);
    else this.#push([stroke]);
    this.#open = true;
  }
  clear(): void {
    this.#push('clear');
    this.#open = false;
  }
  undo(): void {
    if (this.canUndo) this.#undone.push(this.#steps.pop()!);
    this.#open = false;
  }
  redo(): void {
    const step = this.#undone.pop();
    if (step) this.#steps.push(step);
    this.#open = false;
  }
  /** A take is made with it: what there is to undo now is that take. */
  settle(): void {
    this.#settled = this.#steps.length;
    this.#undone = [];
    this.#open = false;
  }

  #push(step: MaskStep): void {
    this.#steps.push(step);
    this.#undone = [];
  }
}

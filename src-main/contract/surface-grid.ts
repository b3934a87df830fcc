/** `HeadSettings.surfaceResolution` above this is reached from half as many cells: the stage and what it is expected to take know it. */
export const REFINED_ABOVE_CELLS = 192;

/** What the pointer does on the large view. */
export type ViewTool = 'move' | 'paint' | 'erase';
export const VIEW_TOOLS: readonly ViewTool[] = ['move', 'paint', 'erase'];

/** The words of the menus; a part of `strings`. */
export const menuStrings = {
  open: 'Open',
  rename: 'Rename',
  trash: 'Move to the trash',
  exportProject: 'Export as one file',
  star: 'Star',
  unstar: 'Take the star away',
  compare: 'Compare with the version on screen',
  showLarge: 'Show large',
  select: 'Select',
  unselect: 'Take out of the selection',
  asGenerated: 'Back to the view as generated',
  useTake: 'Use this take',
  moveFirst: 'Next in line',
  moveUp: 'Move up',
  moveDown: 'Move down',
  moveLast: 'Last in line',
} as const;

/** Which cells of a grid have to be drawn: those in sight, and some rows on either side. */
export type GridWindow = {
  columns: number;
  /** Height of a row with its gap. */
  rowPx: number;
  /** Indices of the first cell, and behind the last one. */
  from: number;
  to: number;
  /** Rows above `from`, and of all cells. */
  rowsBefore: number;
  rows: number;
};

export type GridMeasures = {
  count: number;
  widthPx: number;
  minCellPx: number;
  gapPx: number;
  /** What a cell is higher than wide. */
  footPx: number;
  /** Of the grid's own top: how far it was scrolled out of sight, and what of it is seen. */
  scrolledPx: number;
  seenPx: number;
};

/** Rows beyond the edge: a step of the wheel and the next Tab stay inside. */
const OVERSCAN_ROWS = 3;

export function gridWindow(measures: GridMeasures): GridWindow {
  const { count, widthPx, minCellPx, gapPx, footPx, scrolledPx, seenPx } = measures;
  const columns = Math.max(1, Math.floor((widthPx + gapPx) / (minCellPx + gapPx)));
  const rowPx = (widthPx + gapPx) / columns + footPx;
  const rows = Math.ceil(count / columns);
  const first = Math.floor(scrolledPx / rowPx) - OVERSCAN_ROWS;
  const rowsBefore = Math.max(0, Math.min(first, rows - 1));
  const last = Math.min(rows, Math.ceil((scrolledPx + seenPx) / rowPx) + OVERSCAN_ROWS);
  return {
    columns,
    rowPx,
    rows,
    rowsBefore,
    from: rowsBefore * columns,
    to: Math.max(rowsBefore * columns, Math.min(count, last * columns)),
  };
}

/** Katas on a first page. */
export const PAGE = 20;

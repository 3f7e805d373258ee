import * as z from "zod";

/*
 * Imported before everything else in the child. zod would write one function for all fields of a row, and compiling
 * that takes 30 MB more than everything else in a sync of 100,000 rows; without it a million rows take 4 s more.
 */
z.config({ jitless: true });

const scheduleField = /(static\s+schedule\s*=\s*)(["'`])([^"'`]+)\2/;

/** The `static schedule` in an agent's text, as the host reads it; undefined without one. */
export function findSchedule(text: string): string | undefined {
  return scheduleField.exec(text)?.[3];
}

/** The same text with another schedule; unchanged where it has none. */
export function withSchedule(text: string, schedule: string): string {
  return text.replace(scheduleField, (_field, head: string) => `${head}${JSON.stringify(schedule)}`);
}

/**
 * The schedule that a person gave an installed agent, to be carried into the next build: what the file says,
 * where that is not what it was built with. Undefined too for what is no cron expression, because it becomes
 * part of a program.
 */
export function findChosenSchedule(
  installedText: string,
  builtSchedule: string | undefined,
): string | undefined {
  const schedule = findSchedule(installedText);
  return schedule !== undefined && schedule !== builtSchedule && isCronText(schedule) ? schedule : undefined;
}

/** Whether it is made of what cron expressions are made of. What it means is the host's to say. */
export function isCronText(schedule: string): boolean {
  return /^[\w*/,@-]+( [\w*/,-]+)*$/.test(schedule);
}

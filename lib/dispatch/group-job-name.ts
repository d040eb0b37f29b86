/** Name of the job that tells what is due later of the groups of an alert. No alert, aggregate or tier has such a name. */
export function groupJobName(alert: string): string {
  return `#group|${alert}`;
}

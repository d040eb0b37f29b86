/** Sums of the metrics that functions emit through their logs (CloudWatch embedded metric format). */
export class MetricsTally {
  readonly #sums = new Map<string, Map<string, number>>();
  readonly #open = new Map<string, string>();

  /** Takes what a function wrote, in whatever pieces it comes; gives back the lines that are no metrics. */
  take(functionName: string, text: string): string[] {
    const lines = ((this.#open.get(functionName) ?? '') + text).split('\n');
    this.#open.set(functionName, lines.pop() ?? '');
    return lines.filter((line) => line.trim() !== '' && !this.#add(functionName, line));
  }

  /** The sum of a metric, of one function or of all. */
  sum(metric: string, functionName?: string): number {
    if (functionName !== undefined) return this.#sums.get(functionName)?.get(metric) ?? 0;
    let sum = 0;
    for (const ofOne of this.#sums.values()) sum += ofOne.get(metric) ?? 0;
    return sum;
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
  #add(functionName: string, line: string): boolean {
    if (!line.includes('"_aws"')) return false;
    let log: Record<string, unknown>;
    try {
      log = JSON.parse(line) as Record<string, unknown>;
    } catch {
      return false;
    }
    const sums = this.#sums.get(functionName) ?? new Map<string, number>();
    this.#sums.set(functionName, sums);
    for (const [name, value] of Object.entries(log)) {
      const values = Array.isArray(value) ? (value as unknown[]) : [value];
      for (const each of values) {
        if (typeof each === 'number') sums.set(name, (sums.get(name) ?? 0) + each);
      }
    }
    return true;
  }
}

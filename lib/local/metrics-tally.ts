/** Sums of the metrics that functions emit through their logs (CloudWatch embedded metric format). */
export class MetricsTally {
  readonly #sums = new Map<string, number>();
  readonly #open = new Map<string, string>();

  /** Takes what a function wrote, in whatever pieces it comes; gives back the lines that are no metrics. */
  take(functionName: string, text: string): string[] {
    const lines = ((this.#open.get(functionName) ?? '') + text).split('\n');
    this.#open.set(functionName, lines.pop() ?? '');
    return lines.filter((line) => line.trim() !== '' && !this.#add(line));
  }

  sum(metric: string): number {
    return this.#sums.get(metric) ?? 0;
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
  #add(line: string): boolean {
    if (!line.includes('"_aws"')) return false;
    let log: Record<string, unknown>;
    try {
      log = JSON.parse(line) as Record<string, unknown>;
    } catch {
      return false;
    }
    for (const [name, value] of Object.entries(log)) {
      const values = Array.isArray(value) ? (value as unknown[]) : [value];
      for (const each of values) {
        if (typeof each === 'number') this.#sums.set(name, this.sum(name) + each);
      }
    }
    return true;
  }
}

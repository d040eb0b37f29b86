import { FunctionError } from './errors.ts';

/** What REPORT tells of an invocation. */
export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  /** Of a cold start whose init went well. */
  readonly initMs: number | undefined;
  readonly memoryMb: number;
  readonly memoryBytes: number;
  /** What it failed with, if Lambda and not the handler ended it. */
  readonly error: unknown;
}

/*
 * The lines that Lambda writes to a function's log in text format:
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */

export function startLine(requestId: string): string {
  return `START RequestId: ${requestId} Version: $LATEST\n`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}\n`;
}

/** Init is billed too: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
export function reportLine(report: InvocationReport): string {
  const { requestId, durationMs, initMs, memoryMb, memoryBytes } = report;
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${Math.ceil(memoryBytes / 1_048_576)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...statusOf(report.error),
  ];
  return `${fields.join('\t')}\n`;
}

/** Of an init that failed, in the init phase or in its repetition within the invocation. */
export function initReportLine(durationMs: number, phase: 'init' | 'invoke', error: unknown): string {
  const fields = [
    `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms`,
    `Phase: ${phase}`,
    ...statusOf(error),
  ];
  return `${fields.join('\t')}\n`;
}

function statusOf(error: unknown): string[] {
  if (!(error instanceof FunctionError)) return [];
  if (error.errorType === 'Sandbox.Timedout') return ['Status: timeout'];
  return ['Status: error', `Error Type: ${error.errorType}`];
}

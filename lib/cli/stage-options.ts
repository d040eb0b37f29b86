import type { Command } from 'commander';
import { CommandError } from './errors.ts';

/** Which deployed stage a command works on. */
export interface DeployedStage {
  readonly service: string;
  readonly stage: string;
  readonly region: string;
}

/** Adds the options that say which stage: the defaults are those of serverless.yml. What a script leaves empty is not given. */
export function ofStage(command: Command): Command {
  const { AWS_REGION: awsRegion = '' } = process.env;
  const region = awsRegion === '' ? 'us-east-1' : awsRegion;
  return command
    .option('--stage <stage>', 'the deployed stage', 'dev')
    .option('--service <name>', 'the deployed service', 'weir')
    .option('--region <region>', 'where it is deployed', (text) => (text === '' ? region : text), region);
}

/** The SDK would throw what only its developers understand. @throws {CommandError} if it cannot be the name of a region */
export function checkRegion(region: string): void {
  if (!/^[a-z0-9-]+$/.test(region)) throw unfit('--region', region, 'a region, such as us-east-1');
}

/** What is said of an option whose value cannot be. */
export function unfit(option: string, value: string, expected: string): CommandError {
  return new CommandError(`${option} is "${value}": it must be ${expected}`);
}

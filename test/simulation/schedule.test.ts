import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Runs `npm run simulate -- …`. */
function simulate(...args: readonly string[]): Promise<{ status: unknown; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', MAIN, ...args], (error, out, err) => {
      resolve({ status: error?.code ?? 0, out, err });
    });
  });
}

describe('a seed that is run again', () => {
  it('with faults and records that it does not have is refused', async () => {
    expect(await simulate('--first', '7', '--faults', 'nonsense', '--records', '0,99999,x')).toEqual({
      status: 2,
      out: '',
      err: 'seed 7 has no fault nonsense\nseed 7 has no record 99999\nseed 7 has no record x\n',
    });
  });

  it.each([
    ['without faults', ['--faults', '']],
    ['with one of its records', ['--records', '0']],
    ['without records', ['--records', '']],
  ])('%s is checked', async (_what, args) => {
    expect(await simulate('--first', '7', ...args)).toEqual({ status: 0, out: 'no violation\n', err: '' });
  });
});

it('no seeds at all are refused', async () => {
  const { status, out, err } = await simulate('--seeds', '0');

  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('give a whole number above 0');
});

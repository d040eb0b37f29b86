import { describe, expect, it } from 'vitest';
import { setting, SettingError } from '../../lib/handle/env.ts';

describe('setting', () => {
  it('is the variable of that name', () => {
    expect(setting({ ALERTS_TABLE: 'alerts' }, 'ALERTS_TABLE')).toBe('alerts');
  });

  it.each([{}, { ALERTS_TABLE: '' }])('is refused if it is missing or empty: %j', (env) => {
    expect(() => setting(env, 'ALERTS_TABLE')).toThrow(SettingError);
    expect(() => setting(env, 'ALERTS_TABLE')).toThrow(
      'the environment variable ALERTS_TABLE is not set; serverless.yml',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { FaultPlanError, parseFaultPlan } from '../../../lib/local/faults/fault-plan.ts';

describe('parseFaultPlan', () => {
  test('reads each fault, in any order, and leaves out what is not given', () => {
    expect(parseFaultPlan('throttle=0.2,crash=0.05, duplicate=0.1,reshard=30s')).toEqual({
      throttle: 0.2,
      crash: 0.05,
      duplicate: 0.1,
      reshardMs: 30_000,
      text: 'throttle=0.2,crash=0.05,duplicate=0.1,reshard=30s',
    });
    expect(parseFaultPlan('reshard=2m,crash=0')).toMatchObject({ reshardMs: 120_000, crash: 0, throttle: 0 });
    expect(parseFaultPlan('crash=.5').reshardMs).toBeUndefined();
  });

  test.each([
    ['', "'' is no fault"],
    ['throttle', "'throttle' is no fault"],
    ['slow=1', "'slow=1' is no fault"],
    ['constructor=1', "'constructor=1' is no fault"],
    ['crash=0.1,crash=0.2', "'crash=0.2' comes twice"],
    ['crash=1', "'crash=1' is no probability from 0 to 0.9"],
    ['crash=-0.1', "'crash=-0.1' is no probability"],
    ['throttle=5%', "'throttle=5%' is no probability"],
    ['throttle=', "'throttle=' is no probability"],
    ['reshard=30', "'reshard=30' is no time"],
    ['reshard=0.5s', "'reshard=0.5s' is no time"],
    ['crash=0.1=2', "'crash=0.1=2' is no fault"],
  ])("refuses '%s'", (text, message) => {
    expect(() => parseFaultPlan(text)).toThrow(FaultPlanError);
    expect(() => parseFaultPlan(text)).toThrow(message);
  });
});

/** A function that was deployed without a setting that it needs. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/**
 * An environment variable that must be there.
 *
 * @throws {SettingError} if it is missing or empty
 */
export function setting(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new SettingError(
      `the environment variable ${name} is not set; serverless.yml sets it for each function that needs it`,
    );
  }
  return value;
}

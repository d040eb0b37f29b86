import { setting, SettingError } from '../handle/env.ts';

/**
 * The address that an environment variable holds. Where it is a secret: it is in no error.
 *
 * @throws {SettingError} if there is none, or it is no address of HTTP
 */
export function addressIn(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const text = setting(env, name).trim();
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new SettingError(
    `the environment variable ${name} holds no address; the secret that its parameter of serverless.yml names has to be one, such as https://hooks.example.com/…, and nothing else`,
  );
}

import { CommandError } from './errors.ts';

/**
 * Does something with AWS.
 *
 * @throws {CommandError} if AWS refuses it or cannot be reached, in words for people; anything else as it is
 */
export async function withAws<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = textOf(error);
    if (message === undefined) throw error;
    throw new CommandError(message, { cause: error });
  }
}

function textOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof CommandError) return undefined;
  if (error.name === 'CredentialsProviderError')
    return 'no AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  if ($metadata === undefined) return undefined;
  return $metadata.httpStatusCode === undefined
    ? `AWS cannot be reached: ${error.message}`
    : `AWS refused: ${error.name}: ${error.message}`;
}

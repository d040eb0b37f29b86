import { LOCAL_ACCESS_KEY_ID, LOCAL_ACCOUNT, LOCAL_REGION, LOCAL_SECRET_ACCESS_KEY } from './constants.ts';
import type { Endpoints } from './thread-protocol.ts';

/**
 * The environment variables that turn an ordinary AWS SDK client to the embedded servers (AWS SDKs and Tools
 * Reference Guide, "Service-specific endpoints").
 */
export function environmentFor(endpoints: Endpoints): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_KINESIS: endpoints.kinesis,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_ACCOUNT_ID: LOCAL_ACCOUNT,
    AWS_ACCESS_KEY_ID: LOCAL_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: LOCAL_SECRET_ACCESS_KEY,
    // What runs locally is deployed on a newer Node.js, so the SDK's advice to upgrade this one would mislead.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

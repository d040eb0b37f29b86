import type { Recording } from './recording.ts';

/** What DynamoDB streams have in place of Kinesis's, under the names of AWS's recordings; as AWS documents it. */
const SETTINGS = {
  BatchSize: 1,
  MaximumBatchingWindowInSeconds: 1,
  BisectBatchOnFunctionError: false,
  FunctionResponseTypes: [],
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: 1,
  ParallelizationFactor: 1,
  StartingPosition: 'TRIM_HORIZON',
  TumblingWindowInSeconds: 0,
  DestinationConfig: { OnFailure: {} },
};
const REPORTING = {
  ...SETTINGS,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
  MaximumRetryAttempts: 2,
};
const TO_QUEUE = {
  DestinationConfig: { OnFailure: { Destination: 'arn:<partition>:sqs:<region>:111111111111:<resource:1>' } },
};
const STREAM = 'arn:<partition>:dynamodb:<region>:111111111111:table/<resource:2>/stream/<stream-label:1>';

type Image = Readonly<Record<string, { readonly S: string }>>;

/**
 * An event record, with as many placeholders as in AWS's recordings of Kinesis.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, "Example event"
 */
function change(
  number: number,
  id: string,
  images: { readonly NewImage?: Image; readonly OldImage?: Image },
) {
  const Keys = { id: { S: id } };
  const { NewImage, OldImage } = images;
  return {
    eventID: `<event-id:${number}>`,
    eventName: NewImage ? (OldImage ? 'MODIFY' : 'INSERT') : 'REMOVE',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: '<region>',
    dynamodb: {
      ApproximateCreationDateTime: '<approximate-arrival-timestamp>',
      Keys,
      ...images,
      SequenceNumber: `<sequence-number:${number}>`,
      SizeBytes: size(Keys) + size(NewImage ?? {}) + size(OldImage ?? {}),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: STREAM,
  };
}

function size(image: Image): number {
  return Object.entries(image).reduce((bytes, [name, { S }]) => bytes + name.length + S.length, 0);
}

const image = (id: string, message = 'hello'): Image => ({ id: { S: id }, message: { S: message } });
const insert = (number: number, id: string) => change(number, id, { NewImage: image(id) });

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
function payload(condition: string, approximateInvokeCount: number, functionError?: 'Unhandled' | null) {
  const Body = {
    requestContext: {
      requestId: '<uuid:2>',
      functionArn: 'arn:<partition>:lambda:<region>:111111111111:function:<resource:3>',
      condition,
      approximateInvokeCount,
    },
    ...(functionError !== undefined && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError },
    }),
    version: '1.0',
    timestamp: '<timestamp:2022-07-13T13:48:01.000Z>',
    DDBStreamBatchInfo: {
      shardId: '<shard-id:1>',
      startSequenceNumber: '<sequence-number:1>',
      endSequenceNumber: '<sequence-number:1>',
      approximateArrivalOfFirstRecord: '<timestamp:2022-07-13T13:48:01Z>',
      approximateArrivalOfLastRecord: '<timestamp:2022-07-13T13:48:01Z>',
      batchSize: 1,
      streamArn: STREAM,
    },
  };
  const receipt = {
    MD5OfBody: '<m-d5-of-body:1>',
    MessageId: '<uuid:3>',
    ReceiptHandle: '<receipt-handle:1>',
  };
  return { Messages: [{ Body, ...receipt }], ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 200 } };
}

const once = [{ Records: [insert(1, 'test')] }];
const thrice = [...once, ...once, ...once];

function success(name: string, handler: string): Recording {
  return {
    name: `dynamodb_report_batch_item_success_scenarios[${name}]`,
    settings: REPORTING,
    handler,
    events: once,
  };
}

function failure(name: string, handler: string, functionError: 'Unhandled' | null): Recording {
  return {
    name: `dynamodb_report_batch_item_failure_scenarios[${name}]`,
    settings: { ...REPORTING, ...TO_QUEUE },
    handler,
    events: thrice,
    sqs_payload: payload('RetryAttemptsExhausted', 3, functionError),
  };
}

/** The cases. */
export const TABLE_CASES: readonly Recording[] = [
  {
    name: 'create_dynamodb_event_source_mapping',
    settings: { ...SETTINGS, BatchSize: 100 },
    events: [
      {
        Records: [
          insert(1, 'a'),
          change(2, 'a', { OldImage: image('a'), NewImage: image('a', 'good day') }),
          change(3, 'a', { OldImage: image('a', 'good day') }),
        ],
      },
    ],
  },
  {
    name: 'dynamodb_event_source_trim_horizon',
    settings: { ...SETTINGS, BatchSize: 2, MaximumBatchingWindowInSeconds: 0 },
    events: [{ Records: [insert(1, 'a'), insert(2, 'b')] }, { Records: [insert(3, 'c')] }],
  },
  {
    name: 'disable_dynamodb_event_source_mapping',
    settings: { ...SETTINGS, StartingPosition: 'LATEST', MaximumBatchingWindowInSeconds: 0 },
    events: once,
  },
  {
    name: 'dynamodb_event_filtering_json_pattern',
    settings: {
      ...SETTINGS,
      FilterCriteria: {
        Filters: [
          {
            Pattern: {
              eventName: ['INSERT'],
              dynamodb: { NewImage: { message: { S: [{ prefix: 'hel' }] } } },
            },
          },
        ],
      },
    },
    events: [{ Records: [insert(1, 'a')] }, { Records: [insert(2, 'b')] }],
  },
  {
    name: 'dynamodb_event_source_mapping_with_on_failure_destination_config',
    settings: { ...SETTINGS, ...TO_QUEUE },
    sqs_payload: payload('RetryAttemptsExhausted', 2, 'Unhandled'),
  },
  success('empty_list_success', 'return []'),
  success('null_success', 'return null'),
  success('empty_string_success', 'return ""'),
  success('empty_dict_success', 'return {}'),
  success('empty_batch_item_failure_success', 'return {"batchItemFailures": []}'),
  success('null_batch_item_failure_success', 'return {"batchItemFailures": null}'),
  failure(
    'empty_string_item_identifier_failure',
    'return {"batchItemFailures": [{"itemIdentifier": ""}]}',
    null,
  ),
  failure('null_item_identifier_failure', 'return {"batchItemFailures": [{"itemIdentifier": null}]}', null),
  failure('invalid_key_foo_failure', 'return {"batchItemFailures": [{"foo": "bar"}]}', null),
  failure(
    'item_identifier_not_present_failure',
    'return {"batchItemFailures": [{"itemIdentifier": 123}]}',
    null,
  ),
  failure('unhandled_exception_in_function', 'throw', 'Unhandled'),
  {
    name: 'dynamodb_maximum_record_age_exceeded[expire-while-retrying]',
    settings: { ...SETTINGS, ...TO_QUEUE, MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: -1 },
    record_age_exceeded_payload: payload('RecordAgeExceeded', 8),
  },
  {
    name: 'dynamodb_maximum_record_age_exceeded[expire-before-ingestion]',
    settings: { ...SETTINGS, ...TO_QUEUE, MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: 0 },
    record_age_exceeded_payload: payload('RecordAgeExceeded', 1),
  },
];

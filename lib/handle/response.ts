/**
 * What a stream function answers when it reports partial batch failures: the sequence number of each record that
 * failed. Lambda starts again at the lowest one.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export interface PartialBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

import type { Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { VIEW_TYPES } from './record.ts';
import type { StreamedTable, StreamRegistry } from './stream-registry.ts';

/** What dynalite does not know of a table's parameters. */
interface TableInput {
  readonly TableName?: string;
  StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string };
}

type Described = Readonly<Record<string, StreamedTable>>;

/** The operations on tables that have to do with streams. */
export const TABLE_OPERATIONS = ['CreateTable', 'DescribeTable', 'UpdateTable', 'DeleteTable'] as const;
export type TableOperation = (typeof TABLE_OPERATIONS)[number];

/**
 * Carries out an operation on a table, with streams added to what dynalite does.
 * @throws {ApiError} what DynamoDB would answer with status 400
 */
export async function tablesApi(
  operation: TableOperation,
  input: TableInput,
  engine: Engine,
  streams: StreamRegistry,
): Promise<object> {
  const { TableName: tableName = '', StreamSpecification: specification } = input;
  switch (operation) {
    case 'CreateTable': {
      const viewType = specification?.StreamEnabled ? viewTypeOf(specification.StreamViewType) : undefined;
      const { TableDescription: table } = (await engine.call(operation, input)) as Described;
      if (table && viewType) streams.enable(table, viewType);
      await untilActive(tableName, engine);
      return { TableDescription: withStream(table, streams) };
    }
    case 'UpdateTable': {
      const { Table: before } = (await engine.call('DescribeTable', { TableName: tableName })) as Described;
      const changesOnlyStream = Object.keys(input).every((name) =>
        ['TableName', 'StreamSpecification'].includes(name),
      );
      const { TableDescription: after } =
        specification && changesOnlyStream
          ? { TableDescription: before }
          : ((await engine.call(operation, input)) as Described);
      if (after && specification) changeStream(after, specification, streams);
      return { TableDescription: withStream(after, streams) };
    }
    case 'DeleteTable': {
      const { TableDescription: table } = (await engine.call(operation, input)) as Described;
      const description = withStream(table, streams);
      streams.forget(tableName);
      return { TableDescription: description };
    }
    case 'DescribeTable': {
      const { Table: table } = (await engine.call(operation, input)) as Described;
      return { Table: withStream(table, streams) };
    }
  }
}

// dynalite makes a table usable a moment after it has answered, which a caller who writes at once may be ahead of.
async function untilActive(tableName: string, engine: Engine): Promise<void> {
  for (;;) {
    const { Table: table } = (await engine.call('DescribeTable', { TableName: tableName })) as {
      readonly Table?: { readonly TableStatus?: string };
    };
    if (table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function changeStream(
  table: StreamedTable,
  specification: NonNullable<TableInput['StreamSpecification']>,
  streams: StreamRegistry,
): void {
  const isOpen = streams.latest(table.TableName)?.open ?? false;
  if (specification.StreamEnabled) {
    if (isOpen) throw validationError(`Table already has an enabled stream: TableName: ${table.TableName}`);
    streams.enable(table, viewTypeOf(specification.StreamViewType));
  } else {
    if (!isOpen) throw validationError(`Table has no stream to disable: TableName: ${table.TableName}`);
    streams.disable(table.TableName);
  }
}

function viewTypeOf(value: string | undefined): (typeof VIEW_TYPES)[number] {
  const viewType = VIEW_TYPES.find((known) => known === value);
  if (!viewType) {
    throw validationError(
      `StreamViewType is ${value ?? 'missing'}: an enabled stream needs one of ${VIEW_TYPES.join(', ')}`,
    );
  }
  return viewType;
}

function withStream(table: StreamedTable | undefined, streams: StreamRegistry): object | undefined {
  const stream = table && streams.latest(table.TableName);
  if (!stream) return table;
  return {
    ...table,
    ...(stream.open && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.options.viewType },
    }),
    LatestStreamArn: stream.arn,
    LatestStreamLabel: stream.label,
  };
}

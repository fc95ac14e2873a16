import type { Page } from '@otterpost/contracts/page';

import type { CallOptions, GatewayConnection, GatewayRequest } from './gateway-connection.ts';

/** Every item of a list, page after page as they are read. */
export async function* everyItem<T>(
  connection: GatewayConnection,
  path: string,
  query: GatewayRequest['query'],
  options: CallOptions,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await connection.call({ ...options, method: 'GET', path, query: { ...query, cursor } });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

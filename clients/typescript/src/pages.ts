import { WearOnError } from "./errors.js";
import type { CallOptions } from "./types.js";

export interface PageOptions extends CallOptions {
  /** 1 to 100; 20 if not given. */
  limit?: number;
  /** The `next_cursor` of the page before. */
  cursor?: string;
}

/** The entries of a list from a cursor on. Reads the next page when it is needed. */
export async function* entries<Page extends { next_cursor: string | null }, Entry>(
  first: string | undefined,
  read: (cursor: string | undefined) => Promise<Page>,
  of: (page: Page) => Entry[],
): AsyncGenerator<Entry, void, undefined> {
  for (let cursor = first; ; ) {
    const page = await read(cursor);
    yield* of(page);
    if (page.next_cursor === null) {
      return;
    }
    if (page.next_cursor === cursor) {
      throw new WearOnError("UNEXPECTED_RESPONSE", "The list does not end.");
    }
    cursor = page.next_cursor;
  }
}

/** The form of a moment in a query. */
export function moment(time: string | Date | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time;
}

/** What the HDF5 thread is asked and answers, one call at a time. */
import type { ArrayVariable } from '../arrays/variables.ts';

export type WorkerRequest =
  | { readonly kind: 'describe'; readonly path: string }
  | {
      readonly kind: 'read';
      readonly path: string;
      readonly name: string;
      readonly channel: number;
      readonly from: number;
      readonly to: number;
    };

export type WorkerReply =
  /** Sent once, unasked: the library is loaded and the deadline of a call means the call alone. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'described';
      readonly format: string;
      readonly scalars: ReadonlyMap<string, number>;
      readonly texts: ReadonlyMap<string, string>;
      readonly leftOut: readonly string[];
      readonly variables: readonly Omit<ArrayVariable, 'read'>[];
    }
  | { readonly kind: 'read'; readonly values: Float64Array }
  | { readonly kind: 'failed'; readonly detail: string };

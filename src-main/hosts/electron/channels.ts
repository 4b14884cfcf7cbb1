/** The names under which the preload script and the main process meet. */
export const CHANNELS = {
  call: 'rhythmark:call',
  cancel: 'rhythmark:cancel',
  tokens: 'rhythmark:tokens',
  event: 'rhythmark:event',
} as const;

/** The comment by which the project's own synthesised recordings name themselves in any format. */

export const SYNTHETIC_COMMENT = 'Synthetic recording made by Rhythmark';

/** Whether one of the comment lines of a file says that it was synthesised here. */
export function isSynthetic(comments: readonly string[]): boolean {
  return comments.includes(SYNTHETIC_COMMENT);
}

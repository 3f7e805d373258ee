/** What holds while needs keep coming, and is forgotten once all are answered. */
export interface Burst {
  isFresh: boolean;
  isModelDown: boolean;
  isDropping: boolean;
}

export function startBurst(): Burst {
  return { isFresh: false, isModelDown: false, isDropping: false };
}

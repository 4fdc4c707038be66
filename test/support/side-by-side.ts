// Several tasks at once, whose words are told as if one had been done after the other.

export type Say = (text: string) => void;
export type Task<T> = (say: Say) => Promise<T>;

/**
 * Does them in their order, so many at a time.
 * @param tell gets what they say: of the first that is not done at once, of others when they are it
 * @returns what each gave
 */
export async function sideBySide<T>(
  tasks: ReadonlyArray<Task<T>>,
  lanes: number,
  tell: Say,
): Promise<T[]> {
  const given: T[] = [];
  const kept = tasks.map(() => "");
  const done = tasks.map(() => false);
  let begun = 0;
  let first = 0;

  const say = (index: number, text: string) => {
    if (index === first) tell(text);
    else kept[index] += text;
  };

  async function lane(): Promise<void> {
    for (let task = tasks[begun]; task; task = tasks[begun]) {
      const index = begun++;
      given[index] = await task((text) => say(index, text));
      done[index] = true;
      while (done[first]) tell(kept[++first] ?? "");
    }
  }

  await Promise.all(Array.from({ length: lanes }, lane));
  return given;
}

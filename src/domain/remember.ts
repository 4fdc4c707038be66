/** `make` with a memory of its answers; it starts afresh after `limit` of them, so it stays small. */
export function remember<K, V>(limit: number, make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = make(key);
    if (known.size >= limit) known.clear();
    known.set(key, value);
    return value;
  };
}

// The names of what is in an object, with dots for what lies within; prices and lists are one.

export function pathsIn(told: object): Set<string> {
  return new Set(
    Object.entries(told).flatMap(([name, value]) =>
      isNested(value) ? [...pathsIn(value)].map((path) => `${name}.${path}`) : [name],
    ),
  );
}

function isNested(value: unknown): value is object {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !("amount" in value);
}

let names: Array<[zone: string, text: string]> | undefined;

/** Every time zone there is, for a list to choose from. */
export function zones(): Array<[zone: string, text: string]> {
  names ??= [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])]
    .toSorted()
    .map((zone) => [zone, zone.replaceAll("_", " ")]);
  return names;
}

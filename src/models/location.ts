/** In SQL, of `$businessId`: where things are unless told otherwise. */
export const FIRST_LOCATION = `(SELECT id FROM locations
  WHERE business_id = $businessId AND archived_at IS NULL
  ORDER BY position, name, id LIMIT 1)`;

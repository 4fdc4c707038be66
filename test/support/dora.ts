/** Somebody who is not in the cast yet, as she fills in the sign-up form. */
export const DORA = {
  name: "Dora Diaz",
  company: "Dora's Dogs",
  address: "5 Bark Lane, Springfield",
  phone: "555 0155",
  zone: "America/New_York",
  email: "dora@dogs.example",
  password: "walks before breakfast",
};

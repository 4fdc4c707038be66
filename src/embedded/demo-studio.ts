// The demo's richer side: groups, rooms, add-ons, approval, two locations in two time zones.
import type { DemoBusiness } from "./demo.ts";

const VILA_REAL = "Vila Real";
const AYAMONTE = "Ayamonte";
const EVENINGS = [18 * 60];
const MORNINGS = [8 * 60];

/** On both sides of a river that parts Portugal from Spain, where it is an hour later. */
export const STUDIO: DemoBusiness = {
  slug: "guadiana",
  company: "Guadiana Yoga and Bodywork",
  address: "Rua da Princesa 7, 8900 Vila Real de Santo António, Portugal",
  phone: "+351 281 555 010",
  zone: "Europe/Lisbon",
  owner: { name: "Beatriz Brito", email: "owner@guadiana.example" },
  locations: {
    first: VILA_REAL,
    travel: 45,
    others: [
      {
        name: AYAMONTE,
        address: "Calle Lusitania 3, 21400 Ayamonte, Spain",
        phone: "+34 959 555 010",
        zone: "Europe/Madrid",
      },
    ],
  },
  resources: [
    { name: "Studio", kind: "room", at: VILA_REAL, capacity: 12 },
    { name: "Quiet room", kind: "room", at: VILA_REAL, capacity: 2 },
    { name: "Garden room", kind: "room", at: VILA_REAL, capacity: 2 },
    { name: "Ultrasound device", kind: "equipment", at: VILA_REAL, capacity: null },
    { name: "River room", kind: "room", at: AYAMONTE, capacity: 6 },
  ],
  addons: [
    { name: "Hot stones", minutes: 15, price: 1500 },
    { name: "Scented oil", minutes: 0, price: 500 },
  ],
  services: [
    {
      slug: "morning-yoga",
      name: "Morning yoga",
      category: "Classes",
      description: "For everybody, beginners too. Mats are here; bring a towel.",
      minutes: 60,
      price: 1200,
      step: 30,
      seats: 8,
      party: 3,
      starts: [MORNINGS, [], MORNINGS, [], MORNINGS, [9 * 60 + 30], []],
      locations: [VILA_REAL],
      needs: [["Studio"]],
      mostRepeats: 12,
      waitingList: true,
    },
    {
      slug: "pilates",
      name: "Pilates in a small group",
      category: "Classes",
      description: "Three at the most, so that everybody is looked after.",
      minutes: 50,
      price: 1800,
      step: 30,
      seats: 3,
      party: 2,
      starts: [[], EVENINGS, [], EVENINGS, [], [], []],
      locations: [AYAMONTE],
      needs: [["River room"]],
      waitingList: true,
    },
    {
      slug: "massage",
      name: "Massage",
      category: "Bodywork",
      description: "Shoulders, back and legs, as you need it.",
      minutes: 60,
      price: 5500,
      step: 30,
      bufferAfter: 15,
      addons: ["Hot stones", "Scented oil"],
      needs: [["Quiet room", "Garden room", "River room"]],
      mostRepeats: 10,
      waitingList: true,
    },
    {
      slug: "physiotherapy",
      name: "Physiotherapy",
      category: "Bodywork",
      description: "We read what you write to us, and tell you whether we can help.",
      minutes: 45,
      price: 6000,
      step: 15,
      bookingNotice: 24 * 60,
      cancellingNotice: 24 * 60,
      approval: true,
      dailyLimit: 4,
      locations: [VILA_REAL],
      needs: [["Quiet room", "Garden room"], ["Ultrasound device"]],
    },
    {
      slug: "regulars",
      name: "Long massage for regulars",
      category: "Bodywork",
      description: "You have this address because you have been with us for so long.",
      private: true,
      minutes: 90,
      price: 7000,
      step: 30,
      bufferAfter: 15,
      addons: ["Scented oil"],
      needs: [["Quiet room", "Garden room", "River room"]],
    },
  ],
  staff: [
    { name: "Marta Mendes", email: "manager@guadiana.example", role: "manager", provides: [] },
    { name: "Sofia Sousa", email: "desk@guadiana.example", role: "scheduler", provides: [] },
    {
      name: "Inês Isidro",
      email: "ines@guadiana.example",
      seesAll: false,
      week: ["7:30-12", "", "7:30-12", "", "7:30-12", "9-13", ""],
      weeks: { [AYAMONTE]: ["", "16-20", "", "16-20", "", "", ""] },
      provides: ["morning-yoga", "pilates"],
    },
    {
      name: "Tomás Torres",
      week: [...Array<string>(5).fill("9-13, 14-18"), "", ""],
      provides: ["massage", "physiotherapy", "regulars"],
    },
    {
      name: "Carmen Cano",
      week: ["", "", "", "9-15", "9-15", "9-14", ""],
      weeks: { [AYAMONTE]: ["10-14, 16-20", "10-14, 16-20", "10-14, 16-20", "", "", "", ""] },
      provides: ["massage", "regulars"],
    },
  ],
  fields: [
    {
      key: "",
      label: "What hurts, and since when?",
      subject: "appointment",
      type: "long_text",
      choices: [],
      requirement: "required",
      purpose: "So that we know beforehand whether we can help you",
      retentionDays: 90,
      services: ["physiotherapy"],
      sensitive: true,
    },
    {
      key: "",
      label: "How did you hear of us?",
      subject: "customer",
      type: "choice",
      choices: ["From friends", "Walking past", "On the web"],
      requirement: "optional",
      purpose: "So that we know which of our signs are read",
      retentionDays: 365,
      services: [],
      sensitive: false,
    },
  ],
};

/** Who comes to the studio, and in which language she books. Nobody reads these mailboxes. */
export const REGULARS: ReadonlyArray<{ name: string; language: "en" | "es" }> = [
  { name: "Alma Alonso", language: "es" },
  { name: "Blas Bravo", language: "es" },
  { name: "Carla Costa", language: "en" },
  { name: "Duarte Dias", language: "en" },
  { name: "Elena Expósito", language: "es" },
  { name: "Finn Foster", language: "en" },
  { name: "Grace Green", language: "en" },
  { name: "Hugo Herrera", language: "es" },
];

/** Who has not come, more than once. */
export const UNRELIABLE = {
  name: "Blas Bravo",
  alert: "Does not always come: ask him to confirm by phone",
  note: "Likes the Garden room.",
};

/** How many days back it has been booked, and how many ahead. */
export const STUDIO_DAYS = { before: 8, after: 7 };

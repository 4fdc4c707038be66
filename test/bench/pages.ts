// Public pages against a bare Express "hello", and against Express + EJS rendering the same bytes.
import { freePort } from "../support/ports.ts";
import { migrate } from "../../src/migrations/index.ts";
import { closeDatabase } from "../../src/models/database.ts";
import { buildBusiness, buildService, buildStaff } from "../support/world.ts";
import { medians, print, requestsPerSecond, startServer, stopServer } from "./tools.ts";

const SECONDS = 3;
const ROUNDS = 3;

await migrate();
await makeBusiness();
await closeDatabase();

const [ours, hello, ejs] = [await freePort(), await freePort(), await freePort()] as const;
const origin = `http://127.0.0.1:${ours}`;
const times = `${origin}/book/bench/haircut`;
const app = await startServer("../../src/server.ts", ours);
const bare = await startServer("hello.ts", hello);
const plain = await startServer("plain-ejs.ts", ejs, { PAGE: await samePage(times) });

const gzip = { "accept-encoding": "gzip" };
const found = await medians(ROUNDS, {
  hello: () => requestsPerSecond(`http://127.0.0.1:${hello}/`, SECONDS),
  ejs: () => requestsPerSecond(`http://127.0.0.1:${ejs}/`, SECONDS),
  services: () => requestsPerSecond(`${origin}/book/bench`, SECONDS),
  times: () => requestsPerSecond(times, SECONDS),
  timesCompressed: () => requestsPerSecond(times, SECONDS, gzip),
  home: () => requestsPerSecond(`${origin}/`, SECONDS),
});
for (const child of [app, bare, plain]) await stopServer(child);

const unit = "requests/s";
const against = (figure: number, reference: number) => figure / reference;
print([
  { what: "bare Express hello", figure: found.hello, unit },
  { what: "Express + EJS, the times page's bytes", figure: found.ejs, unit },
  page("site's first page against hello", found.home, found.hello, "aim 0.5"),
  page("services page against hello", found.services, found.hello, "aim 0.5"),
  page("times page against hello", found.times, found.hello, "aim 0.5"),
  page("times page against Express + EJS", found.times, found.ejs, "aim 1"),
  page("times page, compressed, against hello", found.timesCompressed, found.hello),
]);

function page(what: string, figure: number, reference: number, aim?: string) {
  return { what, figure, unit, ratio: against(figure, reference), ...(aim ? { aim } : {}) };
}

/** Three providers, four services, a week with a time every half hour. */
async function makeBusiness(): Promise<void> {
  const business = await buildBusiness({ slug: "bench", name: "Bench Salon" });
  const providers = [];
  for (const name of ["Ada", "Bo", "Cy"]) providers.push(await buildStaff(business, { name }));
  for (const slug of ["haircut", "colour", "beard", "wash"])
    await buildService(business, { slug, name: slug }, providers);
}

/** What our page says, split so that EJS has the same loop to run. */
async function samePage(url: string): Promise<string> {
  const html = await (await fetch(url)).text();
  const item =
    /<li><label><input type="radio" name="start" value="([^"]*)" required> ([^<]*)<\/label><\/li>\n/g;
  const rows = [...html.matchAll(item)].map(([, value, text]) => ({ value, text }));
  const rest = html.replaceAll(item, "");
  return JSON.stringify({ before: rest.slice(0, 1200), rows, after: rest.slice(1200) });
}

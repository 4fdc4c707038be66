import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";
import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { signedIn } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { buildStaff, buildService, origin, upcoming, world } from "../support/world.ts";
import { run, transaction } from "../../src/models/database.ts";

it("looks", async function () {
  this.timeout(120000);
  const cast = await world();
  const ana = await signedIn(cast.ana);
  const now = Date.now();
  await bookHaircut(cast, { start: upcoming(2, 600).instant, now });
  await bookHaircut(cast, { start: now + 60_000 * 5, now });
  await transaction(() => run("UPDATE deliveries SET state='failed', reason='refused', finished_at=$now WHERE kind='confirmation'", { now }));
  await buildStaff(cast.salon, { name: "Dora with a rather long name of hers", hours: [] });
  await buildService(cast.salon, { name: "A service with a really long name that wraps somewhere", minutes: 120, price: 123456 });
  const bens = `/b/anas-salon/hours/${cast.benStaff.id}`;
  await ana.submit(`${bens}/exceptions`, { date: upcoming(2, 600).date, hours: "9-12, 14-15" });
  await ana.submit("/b/anas-salon/closures", { from: upcoming(2, 600).date, to: upcoming(4,600).date < upcoming(2,600).date ? "" : upcoming(4, 600).date, reason: "Holiday" });
  const pages: Record<string, string> = {};
  const add = async (name: string, url: string) => { const p = await ana.get(url); pages[name] = p.html; if (p.status !== 200) console.log(name, p.status); };
  await add("dashboard", "/b/anas-salon");
  await add("services", "/b/anas-salon/services");
  await add("service-new", "/b/anas-salon/services/new");
  await add("service-edit", `/b/anas-salon/services/${cast.haircut.id}/edit`);
  await add("staff", "/b/anas-salon/staff");
  await add("staff-new", "/b/anas-salon/staff/new");
  await add("staff-edit", `/b/anas-salon/staff/${cast.benStaff.id}/edit`);
  await add("invitation", `/b/anas-salon/staff/${cast.benStaff.id}/invitation`);
  await add("hours", "/b/anas-salon/hours");
  await add("hours-edit", bens);
  await add("exceptions", `${bens}/exceptions`);
  await add("closures", "/b/anas-salon/closures");
  await add("notices", "/b/anas-salon/notices");
  await add("settings", "/b/anas-salon/settings");
  pages["service-wrong"] = (await ana.submit("/b/anas-salon/services/new", { name: "", step: "x", price: "y" })).html;
  pages["hours-wrong"] = (await ana.submit(bens, { monday: "9-5", tuesday: "x" })).html;
  const c = { primary_name: "A", primary_email: "a@a.example", billing_name: "B", billing_email: "b@b.example" };
  pages["zone"] = (await ana.submit("/b/anas-salon/settings", { ...c, zone: "Asia/Kolkata" })).html;
  const edition = "x";
  pages["meanwhile"] = (await ana.submit(`/b/anas-salon/services/${cast.haircut.id}/edit`, { edition, name: "Other", price: "99" })).html;
  const eve = await signedIn(cast.carl);
  await transaction(() => run("DELETE FROM hours WHERE staff_id = $id", { id: cast.carlStaff.id }));
  pages["dashboard-new"] = (await eve.get("/b/carls-garage")).html;

  const validate = new HtmlValidate({ extends: ["html-validate:recommended"], rules: { "no-trailing-whitespace": "off", "void-style": "off", "long-title": "off", "no-inline-style": "off" } });
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
  const style = await fetch(`${await origin()}/style.css`).then((r) => r.text());
  for (const [name, html] of Object.entries(pages)) {
    writeFileSync(`/tmp/h7shots/${name}.html`, html);
    const report = await validate.validateString(html);
    for (const r of report.results) for (const m of r.messages) console.log(name, m.ruleId, m.message, `${m.line}:${m.column}`);
    for (const width of [320, 1000]) {
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      await page.setContent(html.replace(/<link rel="stylesheet"[^>]*>/, `<style>${style}</style>`));
      await page.screenshot({ path: `/tmp/h7shots/${name}-${width}.png`, fullPage: true });
      const overflow = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
      if (overflow) console.log(name, width, "overflows");
      if (width === 1000) {
        await page.addScriptTag({ content: axe });
        const result = (await page.evaluate("axe.run()")) as { violations: Array<{ id: string; nodes: Array<{ html: string }> }> };
        for (const v of result.violations) console.log(name, "AXE", v.id, v.nodes.map((n) => n.html).join(" | ").slice(0, 300));
      }
      await page.close();
    }
    writeFileSync(`/tmp/h7shots/${name}.txt`, execFileSync("w3m", ["-dump", "-cols", "78", "-T", "text/html", `/tmp/h7shots/${name}.html`]));
  }
  await browser.close();
});

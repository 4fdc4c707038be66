import assert from "node:assert/strict";
import { rows, transaction } from "../../src/models/database.ts";
import { Person, Staff } from "../../src/models/index.ts";
import { Invitation } from "../../src/models/invitation.ts";
import { formOf, signedIn, visitor } from "../support/browser.ts";
import { openPostOffice, type PostOffice } from "../support/post.ts";
import { buildPerson, buildStaff, PASSWORD, type World, world } from "../support/world.ts";

const EVA = "eva@salon.example";
const NEW = "seven quiet mornings";
const DAY = 86_400_000;

describe("an invitation", () => {
  let cast: World;
  let eva: Staff;
  let post: PostOffice;
  before(async () => {
    post = await openPostOffice();
  });
  beforeEach(async () => {
    post.sink.reset();
    cast = await world();
    eva = await buildStaff(cast.salon, { name: "Eva" });
  });
  after(() => post.close());

  function invite(email = EVA, staff = eva, now = Date.now()): Promise<void> {
    const actor = { kind: "staff", staffId: cast.anaStaff.id } as const;
    return Invitation.invite(cast.salon, staff.id, email, actor, now);
  }

  async function linkFor(email = EVA): Promise<string> {
    await invite(email);
    return post.linkTo(email);
  }

  async function personOf(staff: Staff): Promise<number | null> {
    return (await Staff.find(cast.salon, staff.id)).personId;
  }

  it("makes a new person one of the staff, signed in, with a password of her own", async () => {
    const link = await linkFor();
    const browser = visitor();
    const shown = await browser.get(link);
    assert.equal(shown.$("h1").text(), "Join Ana's Salon");
    assert.equal(shown.$("#name").val(), "Eva");
    assert.match(shown.html, /eva@salon\.example/);

    const sent = await browser.submit(link, { name: "Eva Evans", password: NEW });
    assert.deepEqual([sent.status, sent.location], [303, "/login/check?next=/b/anas-salon"]);
    assert.equal((await browser.get(sent.location)).location, "/b/anas-salon");
    const person = await Person.withEmail(EVA);
    assert.equal(person?.name, "Eva Evans");
    assert.equal(await personOf(eva), person?.id);
    assert.equal((await Staff.find(cast.salon, eva.id)).email, EVA);
    assert.equal((await visitor().submit("/login", { email: EVA, password: NEW })).status, 303);
  });

  it("asks somebody with an account for its password", async () => {
    const carl = cast.carl.email;
    const link = await linkFor(carl);
    const { $ } = await visitor().get(link);
    assert.equal($("#name").length, 0);
    const wrong = await visitor().submit(link, { password: "not it" });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.$("#password-error").text(), "This is not your password");
    assert.equal((await visitor().submit(link, { password: "" })).status, 422);
    const browser = visitor();
    assert.equal((await browser.submit(link, { password: PASSWORD })).status, 303);
    assert.equal(await personOf(eva), cast.carl.id);
    assert.match((await browser.get("/account")).html, /Ana&#39;s Salon/);
  });

  it("is accepted by whoever is signed in, who gets a new session for the new rights", async () => {
    const link = await linkFor();
    const browser = await signedIn(cast.carl);
    const before = browser.cookie;
    assert.match((await browser.get(link)).html, /signed in as Carl Cole/);
    assert.equal((await browser.submit(link)).status, 303);
    assert.notEqual(browser.cookie, before);
    assert.equal(await personOf(eva), cast.carl.id);
    assert.equal(await Person.withEmail(EVA), null);
  });

  it("works once", async () => {
    const link = await linkFor();
    const { values } = formOf(await visitor().get(link));
    const accept = () => visitor().post(link, { ...values, name: "Eva", password: NEW });
    const pages = await Promise.all([accept(), accept(), accept()]);
    assert.equal(pages.filter(({ location }) => location.startsWith("/login/check")).length, 1);
    assert.ok(pages.every(({ status }) => status === 303 || status === 410));
    const again = await visitor().get(link);
    assert.equal(again.status, 410);
    assert.match(again.html, /ask the business that invited you/);
    assert.equal((await accept()).status, 410);
  });

  it("[D13] is not accepted by opening its link", async () => {
    const link = await linkFor();
    for (let i = 0; i < 3; i++) assert.equal((await visitor().get(link)).status, 200);
    assert.equal(await personOf(eva), null);
  });

  it("expires after a week, and when another one is sent", async () => {
    const now = Date.now();
    const first = (await linkFor()).split("/").at(-1) ?? "";
    await Invitation.open(first, now + 7 * DAY - 60_000);
    await assert.rejects(Invitation.open(first, now + 7 * DAY + 60_000), { status: 410 });
    assert.deepEqual([...(await Invitation.pendingFor(cast.salon.id, now)).keys()], [eva.id]);
    await invite("eva@home.example");
    assert.equal((await visitor().get(`/invitations/${first}`)).status, 410);
    assert.equal((await visitor().get(await post.linkTo("eva@home.example"))).status, 200);
    const pending = await Invitation.pendingFor(cast.salon.id, Date.now());
    assert.equal(pending.get(eva.id)?.email, "eva@home.example");
    assert.deepEqual(await Invitation.pendingFor(cast.garage.id, Date.now()), new Map());
  });

  it("is one mail, if the button is pressed twice", async () => {
    await Promise.all([invite(), invite(), invite("EVA@salon.example")]);
    await post.textTo(EVA);
    assert.equal(post.sink.mails.length, 1);
    await invite(EVA, eva, Date.now() + 61_000);
    assert.equal((await rows("SELECT id FROM invitations")).length, 2);
  });

  it("is for one's own staff who do not sign in yet and have not left", async () => {
    await assert.rejects(invite(EVA, cast.carlStaff), { status: 404 });
    await assert.rejects(invite(EVA, cast.benStaff), {
      status: 409,
      message: /can sign in already/,
    });
    await transaction(() => Staff.update({ archivedAt: Date.now() }, { where: { id: eva.id } }));
    await assert.rejects(invite(), { status: 409 });
  });

  it("is worthless once the invited one has left", async () => {
    const link = await linkFor();
    await transaction(() => Staff.update({ archivedAt: Date.now() }, { where: { id: eva.id } }));
    assert.equal((await visitor().get(link)).status, 410);
  });

  it("is not for somebody who works there already", async () => {
    const link = await linkFor();
    const browser = await signedIn(cast.ben);
    assert.equal((await browser.submit(link)).status, 409);
    assert.equal(await personOf(eva), null);
    assert.equal((await visitor().get(link)).status, 200);
  });

  it("makes somebody who had left one of the staff again", async () => {
    const gone = { archivedAt: Date.now() };
    await transaction(() => Staff.update(gone, { where: { id: cast.benStaff.id } }));
    const link = await linkFor(cast.ben.email);
    assert.equal((await visitor().submit(link, { password: PASSWORD })).status, 303);
    assert.equal(await personOf(eva), cast.ben.id);
    assert.equal(await personOf(cast.benStaff), null);
  });

  it("asks for the password of somebody who registered meanwhile", async () => {
    const link = await linkFor();
    const { values } = formOf(await visitor().get(link));
    await buildPerson({ email: EVA });
    const sent = await visitor().post(link, { ...values, name: "Eva", password: NEW });
    assert.equal(sent.status, 422);
    assert.equal(sent.$("#password-error").text(), "This is not your password");
  });

  it("refuses a name that is missing and a password that others would guess", async () => {
    const link = await linkFor();
    const { status, $ } = await visitor().submit(link, { name: "", password: "password1234" });
    assert.equal(status, 422);
    assert.equal($("#name-error").text(), "Enter your name");
    assert.match($("#password-error").text(), /Too many people/);
    assert.equal(await personOf(eva), null);
  });

  it("is no way to send mails to everybody", async () => {
    const now = Date.now();
    for (let i = 0; i < 50; i++) await invite(`eva${i}@salon.example`, eva, now);
    await assert.rejects(invite("eva50@salon.example", eva, now), { status: 409 });
    await invite("eva50@salon.example", eva, now + DAY + 1);
  });

  for (const token of ["x", "..%2f", "x".repeat(3000)])
    it(`is not ${token.slice(0, 12)}`, async () => {
      assert.equal((await visitor().get(`/invitations/${token}`)).status, 410);
    });
});

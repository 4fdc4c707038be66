import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { rows, run, transaction } from "./database.ts";
import { endAllSignIns } from "./sign-in.ts";
import type { Role } from "./staff.ts";
import { id, instant, integer, optional, table, text } from "./table.ts";

/** What a session is begun with. */
export type SignIn = { id: number; signInVersion: number };
export type NewPerson = { name: string; email: string; passwordHash: string };
/** A business somebody works for. */
export type Workplace = { id: number; slug: string; name: string; role: Role };

/** Somebody signs in with this address already. */
export class AddressTaken extends Conflict {
  constructor() {
    super("There is an account with this address already");
  }
}

/** A sign-in. What the person may do where is a row of Staff. */
export class Person extends Model<InferAttributes<Person>, InferCreationAttributes<Person>> {
  declare id: CreationOptional<number>;
  /** folded to lower case */
  declare email: string;
  declare name: string;
  declare passwordHash: string | null;
  /** Goes up with every change of password: older sessions end. */
  declare signInVersion: CreationOptional<number>;
  declare createdAt: Instant;

  static withEmail(email: string): Promise<Person | null> {
    return Person.findOne({ where: { email: email.toLowerCase() } });
  }

  /**
   * Inside a transaction.
   * @throws AddressTaken
   */
  static async add({ name, email, passwordHash }: NewPerson, now: Instant): Promise<SignIn> {
    const [person] = await rows<SignIn>(
      `INSERT INTO people (email, name, password_hash, created_at)
       VALUES ($email, $name, $passwordHash, $now)
       ON CONFLICT (email) DO NOTHING
       RETURNING id, sign_in_version AS "signInVersion"`,
      { email: email.toLowerCase(), name, passwordHash, now },
    );
    if (!person) throw new AddressTaken();
    return person;
  }

  /** Where the person works today, by name. */
  static workplaces(personId: number): Promise<Workplace[]> {
    return rows<Workplace>(
      `SELECT b.id, b.slug, b.name, s.role
       FROM staff s JOIN businesses b ON b.id = s.business_id
       WHERE s.person_id = $personId AND s.archived_at IS NULL
       ORDER BY b.name, b.id`,
      { personId },
    );
  }

  static async rename(personId: number, name: string): Promise<void> {
    const sql = "UPDATE people SET name = $name WHERE id = $personId";
    await transaction(() => run(sql, { personId, name }));
  }

  /** Ends every session of the person; a new one is begun with what this gives. */
  static choosePassword(personId: number, passwordHash: string, now: Instant): Promise<SignIn> {
    return transaction(async () => {
      const [person] = await rows<SignIn>(
        `UPDATE people SET password_hash = $passwordHash, sign_in_version = sign_in_version + 1
         WHERE id = $personId RETURNING id, sign_in_version AS "signInVersion"`,
        { personId, passwordHash },
      );
      if (!person) throw new Conflict("The account has gone");
      await endAllSignIns(personId, now);
      return person;
    });
  }

  static setup(): void {
    Person.init(
      {
        id,
        email: text,
        name: text,
        passwordHash: optional(text),
        signInVersion: { ...integer, defaultValue: 1 },
        createdAt: instant,
      },
      table("people"),
    );
  }
}

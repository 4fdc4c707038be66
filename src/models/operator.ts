import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Instant } from "../domain/time.ts";
import { run, transaction } from "./database.ts";
import { id, instant, integer, table, text } from "./table.ts";

export type NewOperator = { email: string; name: string; passwordHash: string };

/** An employee of the company that runs the service. */
export class Operator extends Model<InferAttributes<Operator>, InferCreationAttributes<Operator>> {
  declare id: CreationOptional<number>;
  /** folded to lower case */
  declare email: string;
  declare name: string;
  declare passwordHash: string;
  /** Goes up with every new password: older sessions end. */
  declare signInVersion: CreationOptional<number>;
  declare createdAt: Instant;

  static withEmail(email: string): Promise<Operator | null> {
    return Operator.findOne({ where: { email: email.toLowerCase() } });
  }

  /** Adds an operator, or gives one who is known a new name and password and ends her sessions. */
  static async put({ email, name, passwordHash }: NewOperator, now: Instant): Promise<void> {
    const upsert = `INSERT INTO operators (email, name, password_hash, created_at)
      VALUES ($email, $name, $passwordHash, $now)
      ON CONFLICT (email) DO UPDATE SET name = excluded.name,
        password_hash = excluded.password_hash,
        sign_in_version = operators.sign_in_version + 1`;
    const bind = { email: email.toLowerCase(), name, passwordHash, now };
    await transaction(() => run(upsert, bind));
  }

  static setup(): void {
    Operator.init(
      {
        id,
        email: text,
        name: text,
        passwordHash: text,
        signInVersion: { ...integer, defaultValue: 1 },
        createdAt: instant,
      },
      table("operators"),
    );
  }
}

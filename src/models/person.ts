import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Instant } from "../domain/time.ts";
import { id, instant, integer, optional, table, text } from "./table.ts";

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

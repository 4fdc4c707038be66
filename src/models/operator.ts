import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Instant } from "../domain/time.ts";
import { id, instant, table, text } from "./table.ts";

/** An employee of the company that runs the service. */
export class Operator extends Model<InferAttributes<Operator>, InferCreationAttributes<Operator>> {
  declare id: CreationOptional<number>;
  /** folded to lower case */
  declare email: string;
  declare name: string;
  declare passwordHash: string;
  declare createdAt: Instant;

  static setup(): void {
    Operator.init(
      { id, email: text, name: text, passwordHash: text, createdAt: instant },
      table("operators"),
    );
  }
}

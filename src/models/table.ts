import { DataTypes } from "sequelize";
import { sequelize } from "./database.ts";

// Sequelize writes a column's name into the object that describes it, and these are shared by many.
sequelize.addHook("beforeDefine", (attributes) => {
  for (const [name, column] of Object.entries(attributes))
    Object.assign(attributes, { [name]: { ...(column as object) } });
});

/** Sequelize's options for a table made by our migrations. */
export function table(tableName: string) {
  return { sequelize, tableName, underscored: true, timestamps: false };
}

export const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
export const integer = { type: DataTypes.INTEGER, allowNull: false };
export const text = { type: DataTypes.TEXT, allowNull: false };
export const flag = { type: DataTypes.BOOLEAN, allowNull: false };
/** Epoch milliseconds. */
export const instant = { type: DataTypes.BIGINT, allowNull: false };

/** A row as a projection gives it: SQLite has no booleans. */
export type Raw<T> = { [K in keyof T]: T[K] extends boolean ? boolean | number : T[K] };

export function optional<T extends { allowNull?: boolean }>(column: T): T {
  return { ...column, allowNull: true };
}

import express, { type NextFunction, type Request, type Response } from "express";

const LARGEST_FORM = "64kb";
const MOST_FIELDS = 300;

const readForm = express.urlencoded({
  extended: false,
  limit: LARGEST_FORM,
  parameterLimit: MOST_FIELDS,
});

/** Reads a posted form into `req.body`; other bodies are left alone. */
export function readBody(req: Request, res: Response, next: NextFunction): void {
  if (req.method === "POST") readForm(req, res, next);
  else next();
}

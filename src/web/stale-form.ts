import { Forbidden } from "../errors.ts";

/** The form's token is missing, expired or another session's: the page offers to send it again. */
export class StaleForm extends Forbidden {
  constructor() {
    super("This page has been open for too long");
  }
}

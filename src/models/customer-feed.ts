// Customers as programs read them, in pages that do not shift.
import type { Instant } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import type { CustomerRecord } from "./customer.ts";
import { rows } from "./database.ts";
import { toId } from "./id.ts";
import { searchFor } from "./search.ts";

export type FeedCustomer = CustomerRecord & { id: number; createdAt: Instant };

export const CustomerFeed = {
  /**
   * In the order in which they came.
   * @param typed words that must each be found in name, mail address or phone; "" for all
   * @param after the id of the last line of the page before, 0 for the first
   */
  page(businessId: number, typed: string, after: number, limit: number): Promise<FeedCustomer[]> {
    const search = searchFor(typed);
    return rows<FeedCustomer>(
      `${SELECT} AND c.business_id = $businessId AND c.id > $after
         ${search ? `AND ${search.condition}` : ""}
       ORDER BY c.id LIMIT $limit`,
      { ...search?.bind, businessId, after, limit },
    );
  },

  /** @throws NotFound for nobody's, somebody else's and whoever was erased alike */
  async one(businessId: number, id: unknown): Promise<FeedCustomer> {
    const [found] = await rows<FeedCustomer>(
      `${SELECT} AND c.business_id = $businessId AND c.id = $id`,
      { businessId, id: toId(id) },
    );
    if (!found) throw new NotFound("customer");
    return found;
  },
};

const SELECT = `SELECT c.id, c.name, c.email, c.phone, c.note, c.alert, c.created_at AS "createdAt"
  FROM customers c WHERE c.erased_at IS NULL`;

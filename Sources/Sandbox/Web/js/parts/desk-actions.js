/** What an agent at the desk does with a reservation. */

import { api } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { attempt } from "../lib/shell.js";

/** `action` is accept, reject, wrapup or complete. */
export function act(reservation, action) {
  return attempt(t(`desk.${action}_failed`), () =>
    api.post(`/reservations/${reservation.sid}/${action}`, { project: reservation.project }),
  );
}

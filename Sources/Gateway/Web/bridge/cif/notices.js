/** Notices without an error of a call, in the words of a log; pages have their own words for the codes. */
export const NOTICES = {
  session_cap: "The CRM has no room for another session; the record opens in the session in front.",
  session_waits: "The record opens when its session is chosen.",
  foreign_session: "The record opens when a session of this panel is in front again.",
  notify_full: "The CRM shows no more notifications now; the offer is here.",
  notify_missing: "The notification template does not exist; offers are shown here.",
  notify_failed: "The CRM did not show the offer; it is here.",
  presence_unknown: "There is no activity of that name.",
  presence_refused: "The CRM does not know that presence.",
};

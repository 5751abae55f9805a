"""Status bytes as the page numbers them: of a run of published events, of a settle, of a reply."""

ACCEPTED, DUPLICATE, CONFLICT, REFUSED, REJECTED = range(5)
SETTLE_DONE, SETTLE_FENCED, SETTLE_MISMATCH, SETTLE_REFUSED, SETTLE_REJECTED = range(5)
REPLY_OK, REPLY_FAILED, REPLY_UNAVAILABLE, REPLY_UNKNOWN = range(4)

# The words. Each entry names the kind of message it is for; its variables are facts, dots as underscores.

card-expires-soon =
    The card that we charge expires on { DATETIME($payment_method_expires_at, timeZone: "UTC") }. Please add another
    one on the Billing page.
    .kind = card_expiring

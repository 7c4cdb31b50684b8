# The words. Each entry names the kind of message it is for; its variables are facts, dots as underscores.
# The overdue amount is all that is unpaid, of one invoice or of several, and the date is that of the oldest: so no
# entry says that it is "the" payment or "the" invoice.

## An automatic charge that did not go through

payment-failed-first =
    A payment did not go through, and { $billing_amount_overdue } is still unpaid. Please check your payment
    method on the Billing page. If something looks wrong to you, our support team will help.
    .kind = payment_failed

payment-failed-second =
    A payment has still not gone through. Your account has been overdue since { $billing_oldest_due_at }, and
    { $billing_amount_overdue } is unpaid. Please update your payment method or pay on the Billing page. Accounts
    are limited after 22 days overdue. Our support team will help if you need more time.
    .kind = payment_failed

account-restricted-managers =
    Your account is limited because { $billing_amount_overdue } is unpaid. You or another administrator can
    lift the limit by paying on the Billing page. Our support team will help.
    .kind = account_restricted

account-restricted-agents =
    Your team's account is limited. The account owner or an administrator can lift the limit on the Billing
    page: please ask one of them.
    .kind = account_restricted

## Invoices that are paid by hand

invoice-reminder =
    Your account has been overdue since { $billing_oldest_due_at }, and { $billing_amount_overdue } is unpaid.
    The Billing page shows what is open and how to pay it. Questions? Our support team will help.
    .kind = invoice_overdue

## Someone has paid and waits

payment-under-way =
    Your payment is on its way, and your bank has yet to confirm it. Some banks take several business days.
    There is no need to pay again. If this line is still here after five business days, please contact our
    support team.
    .kind = payment_processing

order-pending =
    We have received your payment, and your order will be ready by { $order_expected_by }. There is no need to
    pay again. If it is late, please contact our support team.
    .kind = payment_processing

## Incidents

incident-notice =
    Since { $incident_since } there is a problem with { $incident_components }. Nothing else is known to be
    affected. We are working on it and will post news by { $incident_next_update_at }.
    .kind = service_incident

# The words. Each entry names the kind of message it is for; its variables are facts, dots as underscores.

## An automatic charge that did not go through

payment-failed-first =
    Your payment of { $billing_amount_overdue } did not go through. Please check your payment method on the
    Billing page. If something looks wrong to you, our support team will help.
    .kind = payment_failed

payment-failed-second =
    Your payment of { $billing_amount_overdue } has still not gone through. Please update your payment method
    or pay on the Billing page. If it stays unpaid, some features will be paused 22 days after
    { $billing_oldest_due_at }, the day it was due. Our support team will help if you need more time.
    .kind = payment_failed

account-restricted-managers =
    Some features are paused for your account because { $billing_amount_overdue } is unpaid. You or another
    administrator can turn them on again by paying on the Billing page. Our support team will help.
    .kind = account_restricted

account-restricted-agents =
    Some features are paused for your whole team. The account owner or an administrator can turn them on
    again on the Billing page.
    .kind = account_restricted

## Invoices that are paid by hand

invoice-reminder =
    An invoice of { $billing_amount_overdue } was due on { $billing_oldest_due_at }. You can pay it on the
    Billing page or by bank transfer, as the invoice says. Questions? Our support team will help.
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

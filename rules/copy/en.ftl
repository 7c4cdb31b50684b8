# The words. Each entry names the kind of message it is for; its variables are facts, dots as underscores.
# The overdue amount is all that is unpaid, of one invoice or of several, and the date is that of the oldest: so no
# entry says that it is "the" payment or "the" invoice.

## An automatic charge that did not go through

payment-failed-first =
    A payment did not go through, and { $billing_amount_overdue } is still unpaid. Please check your payment method
    on the Billing page. If something looks wrong to you, our support team will help.
    .kind = payment_failed

payment-failed-second =
    A payment has still not gone through. Your account has been overdue since { $billing_oldest_due_at }, and
    { $billing_amount_overdue } is unpaid. Please update your payment method or pay on the Billing page: accounts
    that stay unpaid are limited. If you need more time, our support team will help.
    .kind = payment_failed

account-restricted-managers =
    Your account is limited because { $billing_amount_overdue } is unpaid. You or another administrator can lift
    the limit by paying on the Billing page. Our support team will help.
    .kind = account_restricted

account-restricted-agents =
    Your team's account is limited. The account owner or an administrator can lift the limit on the Billing page:
    please ask one of them.
    .kind = account_restricted

## Invoices that are paid by hand

invoice-reminder =
    Payment was due on { $billing_oldest_due_at }, and { $billing_amount_overdue } is still open. The Billing page
    shows what is open and how to pay it. If you have a question, our support team will help.
    .kind = invoice_overdue

invoice-ready =
    An invoice is ready for you, due on { $billing_oldest_due_at }. You can read and pay it on the Billing page.
    .kind = invoice_available

## The bank wants to be sure

bank-confirmation =
    Your bank asks you to confirm a payment to us. Please open the Billing page and confirm it there. Until then,
    the payment waits. If that does not work, our support team will help.
    .kind = action_required

bank-confirmation-by =
    Your bank asks you to confirm a payment to us by { DATETIME($billing_action_deadline, timeStyle: "short") }.
    Please open the Billing page and confirm it there. Until then, the payment waits. If that does not work, our
    support team will help.
    .kind = action_required

## Someone has paid and waits

payment-under-way =
    Your payment is on its way, and your bank has yet to confirm it. Some banks need several business days. There
    is no need to pay again. If this line does not go away, please contact our support team.
    .kind = payment_processing

order-pending =
    We have received your payment, and your order will be ready by
    { DATETIME($order_expected_by, timeStyle: "short") }. There is no need to pay again. If it is late, please
    contact our support team.
    .kind = payment_processing

## A double charge

refund-under-way =
    We charged you twice for the same thing, and we are sorry. { $refund_amount } is on its way back to you and
    will arrive by { $refund_expected_by }. There is nothing you need to do. If it is late, please contact our
    support team.
    .kind = duplicate_charge_refund

refund-arrived =
    We charged you twice for the same thing, and we are sorry. We have paid { $refund_amount } back to you. There
    is nothing you need to do. If you cannot find it, please contact our support team.
    .kind = duplicate_charge_refund

## What lies ahead

# A card is good to the end of its month, which is the same day in every time zone.
card-expires-soon =
    The card that we charge is valid until { DATETIME($payment_method_expires_at, timeZone: "UTC") }. Please add
    a new one on the Billing page before then, and your subscription will go on without a break.
    .kind = card_expiring

trial-ends-soon =
    Your trial ends on { $trial_ends_at }. Your subscription begins then, and we will charge { $trial_price }. If
    you would rather not go on, please cancel on the Billing page before that.
    .kind = trial_ending

new-price =
    From { $price_change_effective_at }, your subscription will cost { $price_change_new_price } instead of
    { $price_change_old_price }. You can choose another plan or cancel on the Billing page before that.
    .kind = price_change

## Incidents

incident-notice =
    Since { DATETIME($incident_since, timeStyle: "short") } there is a problem with { $incident_components }. We
    are working on it and will post news by { DATETIME($incident_next_update_at, timeStyle: "short") }. There is
    nothing you need to do.
    .kind = service_incident

## What we said and should not have said

wrong-notice =
    On { $notice_wrongly_shown_at } we showed you the message “A payment did not go through”. That was our mistake:
    nothing is overdue, and there is nothing you need to do. We are sorry.
    .kind = payment_notice_correction

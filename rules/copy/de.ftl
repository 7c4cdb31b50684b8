# Die Texte auf Deutsch, in der Sie-Form. Die Seite heißt im Produkt „Abrechnung“. Welche Art von Mitteilung ein
# Eintrag ist, steht in en.ftl.

## Eine Abbuchung, die nicht geklappt hat

payment-failed-first =
    Eine Zahlung konnte nicht abgebucht werden, und { $billing_amount_overdue } sind noch offen. Bitte prüfen Sie
    auf der Seite „Abrechnung“ Ihre Zahlungsmethode. Wenn Ihnen etwas falsch vorkommt, hilft Ihnen unser Support.

payment-failed-second =
    Eine Zahlung konnte noch immer nicht abgebucht werden. Seit dem { $billing_oldest_due_at } ist Ihr Konto im
    Rückstand, offen sind { $billing_amount_overdue }. Bitte aktualisieren Sie die Zahlungsmethode oder zahlen Sie
    unter „Abrechnung“: Konten mit Rückstand werden eingeschränkt. Brauchen Sie mehr Zeit? Unser Support hilft.

account-restricted-managers =
    Ihr Konto ist eingeschränkt, weil { $billing_amount_overdue } noch nicht bezahlt sind. Sie oder eine andere
    Person mit Administratorrechten können die Einschränkung aufheben, indem Sie auf der Seite „Abrechnung“ zahlen.
    Unser Support hilft Ihnen gern.

account-restricted-agents =
    Das Konto Ihres Teams ist eingeschränkt. Wer das Konto besitzt oder verwaltet, kann das auf der Seite
    „Abrechnung“ ändern. Bitte wenden Sie sich an eine dieser Personen.

## Rechnungen, die von Hand bezahlt werden

invoice-reminder =
    Am { $billing_oldest_due_at } war eine Zahlung fällig, offen sind { $billing_amount_overdue }. Auf der Seite
    „Abrechnung“ sehen Sie, was offen ist und wie Sie bezahlen können. Bei Fragen hilft Ihnen unser Support.

invoice-ready =
    Eine Rechnung liegt für Sie bereit und ist am { $billing_oldest_due_at } fällig. Auf der Seite „Abrechnung“
    können Sie sie ansehen und bezahlen.

## Die Bank fragt nach

bank-confirmation =
    Ihre Bank bittet Sie, eine Zahlung an uns zu bestätigen. Bitte öffnen Sie die Seite „Abrechnung“ und bestätigen
    Sie sie dort. Bis dahin wartet die Zahlung. Wenn das nicht gelingt, hilft Ihnen unser Support.

bank-confirmation-by =
    Ihre Bank bittet Sie, eine Zahlung an uns bis zum { DATETIME($billing_action_deadline, timeStyle: "short") } zu
    bestätigen. Bitte öffnen Sie die Seite „Abrechnung“ und bestätigen Sie sie dort. Bis dahin wartet die Zahlung.
    Wenn das nicht gelingt, hilft Ihnen unser Support.

## Bezahlt, und noch nicht fertig

payment-under-way =
    Ihre Zahlung ist unterwegs, Ihre Bank hat sie aber noch nicht bestätigt. Manche Banken brauchen einige
    Werktage. Sie müssen nicht noch einmal bezahlen. Wenn dieser Hinweis nicht verschwindet, wenden Sie sich bitte
    an unseren Support.

order-pending =
    Ihre Zahlung ist bei uns eingegangen. Ihre Bestellung wird bis zum
    { DATETIME($order_expected_by, timeStyle: "short") } fertig. Sie müssen nicht noch einmal bezahlen. Wenn es
    länger dauert, wenden Sie sich bitte an unseren Support.

## Doppelt abgebucht

refund-under-way =
    Wir haben Ihnen dasselbe zweimal berechnet. Das tut uns leid. Wir erstatten Ihnen { $refund_amount }, das Geld
    ist bis zum { $refund_expected_by } bei Ihnen. Sie müssen nichts tun. Wenn es später wird, wenden Sie sich
    bitte an unseren Support.

refund-arrived =
    Wir haben Ihnen dasselbe zweimal berechnet. Das tut uns leid. { $refund_amount } haben wir Ihnen erstattet. Sie
    müssen nichts tun. Wenn Sie die Erstattung nicht finden, wenden Sie sich bitte an unseren Support.

## Was bevorsteht

card-expires-soon =
    Ihre hinterlegte Karte ist bis zum { DATETIME($payment_method_expires_at, timeZone: "UTC") } gültig. Bitte
    hinterlegen Sie vorher auf der Seite „Abrechnung“ eine neue, damit Ihr Abonnement ohne Unterbrechung weiterläuft.

trial-ends-soon =
    Ihr Testzeitraum endet am { $trial_ends_at }. Danach beginnt Ihr Abonnement, und wir buchen { $trial_price }
    ab. Wenn Sie das nicht möchten, kündigen Sie bitte vorher auf der Seite „Abrechnung“.

new-price =
    Ab dem { $price_change_effective_at } kostet Ihr Abonnement { $price_change_new_price } statt
    { $price_change_old_price }. Bis dahin können Sie auf der Seite „Abrechnung“ den Tarif wechseln oder kündigen.

## Störungen

incident-notice =
    Seit dem { DATETIME($incident_since, timeStyle: "short") } gibt es eine Störung bei { $incident_components }.
    Wir arbeiten daran und melden uns hier bis zum { DATETIME($incident_next_update_at, timeStyle: "short") }
    wieder. Sie müssen nichts tun.

## Was wir nicht hätten sagen dürfen

wrong-notice =
    Am { $notice_wrongly_shown_at } haben wir Ihnen die Mitteilung „Eine Zahlung konnte nicht abgebucht werden“
    angezeigt. Das war unser Fehler: Es ist nichts überfällig, und Sie müssen nichts tun. Wir bitten um
    Entschuldigung.

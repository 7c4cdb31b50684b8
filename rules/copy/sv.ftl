# Texterna på svenska, med du. Sidan heter Fakturering i produkten. Vilken sorts meddelande en text är står i en.ftl.

## En dragning som inte gick igenom

payment-failed-first =
    En betalning gick inte igenom, och { $billing_amount_overdue } är fortfarande obetalt. Kontrollera ditt
    betalningssätt på sidan Fakturering. Om något inte verkar stämma hjälper vår support dig.

payment-failed-second =
    En betalning har fortfarande inte gått igenom. Kontot har legat efter sedan den { $billing_oldest_due_at }, och
    { $billing_amount_overdue } är obetalt. Uppdatera ditt betalningssätt eller betala på sidan Fakturering: konton
    som förblir obetalda begränsas. Behöver du mer tid hjälper vår support dig.

account-restricted-managers =
    Kontot är begränsat eftersom { $billing_amount_overdue } är obetalt. Du eller en annan administratör kan häva
    begränsningen genom att betala på sidan Fakturering. Vår support hjälper dig gärna.

account-restricted-agents =
    Ditt teams konto är begränsat. Kontots ägare eller en administratör kan häva begränsningen på sidan
    Fakturering, så be någon av dem om hjälp.

## Fakturor som betalas för hand

invoice-reminder =
    En faktura skulle ha betalats den { $billing_oldest_due_at }, och { $billing_amount_overdue } återstår att
    betala. På sidan Fakturering ser du vad som är öppet och hur du betalar. Har du frågor hjälper vår support dig.

invoice-ready =
    Det finns en faktura till dig som ska betalas senast den { $billing_oldest_due_at }. Du kan läsa och betala den
    på sidan Fakturering.

## Banken vill vara säker

bank-confirmation =
    Din bank ber dig bekräfta en betalning till oss. Öppna sidan Fakturering och bekräfta den där. Betalningen
    väntar tills du har gjort det. Om det inte fungerar hjälper vår support dig.

bank-confirmation-by =
    Din bank ber dig bekräfta en betalning till oss senast den
    { DATETIME($billing_action_deadline, timeStyle: "short") }. Öppna sidan Fakturering och bekräfta den där.
    Betalningen väntar tills du har gjort det. Om det inte fungerar hjälper vår support dig.

## Någon har betalat och väntar

payment-under-way =
    Din betalning är på väg, och banken har ännu inte bekräftat den. Hos vissa banker tar det några bankdagar. Du
    behöver inte betala igen. Om det här meddelandet inte försvinner, kontakta vår support.

order-pending =
    Vi har tagit emot din betalning, och din beställning är klar senast den
    { DATETIME($order_expected_by, timeStyle: "short") }. Du behöver inte betala igen. Om den dröjer, kontakta vår
    support.

## En dubbel debitering

refund-under-way =
    Vi har debiterat dig två gånger för samma sak, och det ber vi om ursäkt för. { $refund_amount } är på väg
    tillbaka till dig och kommer fram senast den { $refund_expected_by }. Du behöver inte göra något. Om pengarna
    dröjer, kontakta vår support.

refund-arrived =
    Vi har debiterat dig två gånger för samma sak, och det ber vi om ursäkt för. Vi har betalat tillbaka
    { $refund_amount } till dig. Du behöver inte göra något. Om du inte hittar pengarna, kontakta vår support.

## Det som väntar

card-expires-soon =
    Kortet som vi drar betalningar från gäller till och med den { DATETIME($payment_method_expires_at, timeZone: "UTC") }.
    Lägg till ett nytt på sidan Fakturering innan dess, så löper abonnemanget på utan avbrott.

trial-ends-soon =
    Din provperiod tar slut den { $trial_ends_at }. Då börjar ditt abonnemang, och vi drar { $trial_price }. Vill
    du inte fortsätta kan du säga upp det på sidan Fakturering innan dess.

new-price =
    Från och med den { $price_change_effective_at } kostar ditt abonnemang { $price_change_new_price } i stället
    för { $price_change_old_price }. Innan dess kan du byta plan eller säga upp det på sidan Fakturering.

## Driftstörningar

incident-notice =
    Sedan den { DATETIME($incident_since, timeStyle: "short") } har vi problem med { $incident_components }. Vi
    arbetar med att lösa det och berättar mer senast den
    { DATETIME($incident_next_update_at, timeStyle: "short") }. Du behöver inte göra något.

## Det vi inte borde ha sagt

wrong-notice =
    Den { $notice_wrongly_shown_at } visade vi meddelandet ”En betalning gick inte igenom” för dig. Det var vårt
    fel: du ligger inte efter med någon betalning och behöver inte göra något. Vi ber om ursäkt.

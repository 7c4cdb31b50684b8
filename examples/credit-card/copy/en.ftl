card-payment-late =
    We did not receive the minimum payment for your card in time. Please pay it from your account page. If you
    have paid already or need more time, please call us: the number is on the back of your card.
    .kind = payment_failed

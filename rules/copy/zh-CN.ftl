# 简体中文文案，对用户称“您”。产品中该页面名为“账单”。每条文案属于哪一类消息，见 en.ftl。
# 每条文案写在一行内：中文换行处不应出现空格。

## 自动扣款未成功

payment-failed-first = 有一笔付款未成功，尚有 { $billing_amount_overdue } 未支付。请在“账单”页面检查您的付款方式。如有疑问，请联系客服，我们会为您处理。

payment-failed-second = 有一笔付款仍未成功。您的账户自 { $billing_oldest_due_at } 起有逾期款项，尚有 { $billing_amount_overdue } 未支付。请在“账单”页面更新付款方式或直接付款。长期未付款的账户，其使用会受到限制。如需更多时间，请联系客服。

account-restricted-managers = 由于尚有 { $billing_amount_overdue } 未支付，您的账户目前使用受限。您或其他管理员在“账单”页面付款后，即可解除限制。如需帮助，请联系客服。

account-restricted-agents = 您团队的账户目前使用受限。账户所有者或管理员可以在“账单”页面解除限制，请联系他们处理。

## 手动支付的账单

invoice-reminder = 有一张账单应于 { $billing_oldest_due_at } 前支付，目前还有 { $billing_amount_overdue } 待支付。您可以在“账单”页面查看明细和付款方式。如有疑问，请联系客服。

invoice-ready = 您有一张新账单，请于 { $billing_oldest_due_at } 前支付。您可以在“账单”页面查看并付款。

## 银行需要您确认

bank-confirmation = 您的银行需要您确认一笔付给我们的款项。请打开“账单”页面完成确认，确认之前这笔付款会暂时等待。如果无法完成，请联系客服。

bank-confirmation-by = 您的银行需要您在 { DATETIME($billing_action_deadline, timeStyle: "short") } 前确认一笔付给我们的款项。请打开“账单”页面完成确认，确认之前这笔付款会暂时等待。如果无法完成，请联系客服。

## 已付款，请等待

payment-under-way = 您的付款正在处理中，银行尚未确认。部分银行需要几个工作日，您无需再次付款。如果此提示一直没有消失，请联系客服。

order-pending = 我们已收到您的付款，您的订单将在 { DATETIME($order_expected_by, timeStyle: "short") } 前完成。您无需再次付款。如果超过这个时间，请联系客服。

## 重复收费

refund-under-way = 很抱歉，我们对同一项服务重复收费了。{ $refund_amount } 正在退还给您，将在 { $refund_expected_by } 前到账。您无需进行任何操作。如果届时没有到账，请联系客服。

refund-arrived = 很抱歉，我们对同一项服务重复收费了。{ $refund_amount } 已退还给您，您无需进行任何操作。如果您没有找到这笔退款，请联系客服。

## 即将发生的事

card-expires-soon = 您用于付款的银行卡有效期至 { DATETIME($payment_method_expires_at, timeZone: "UTC") }。请在此之前到“账单”页面添加新卡，以便您的订阅不中断。

trial-ends-soon = 您的试用将于 { $trial_ends_at } 结束。届时订阅开始，我们将收取 { $trial_price }。如果您不想继续，请在此之前到“账单”页面取消。

new-price = 自 { $price_change_effective_at } 起，您的订阅价格将由 { $price_change_old_price } 调整为 { $price_change_new_price }。在此之前，您可以在“账单”页面更换套餐或取消订阅。

## 服务异常

incident-notice = 自 { DATETIME($incident_since, timeStyle: "short") } 起，{ $incident_components } 出现异常。我们正在处理，并会在 { DATETIME($incident_next_update_at, timeStyle: "short") } 前公布最新进展。您无需进行任何操作。

## 更正

wrong-notice = 我们曾在 { $notice_wrongly_shown_at } 向您显示“有一笔付款未成功”。这是我们的失误：您没有逾期款项，也无需进行任何操作。非常抱歉。

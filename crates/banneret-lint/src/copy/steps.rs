//! What words tell their reader to do.

use std::ops::Range;
use std::sync::LazyLock;

use super::text::{Pattern, Word, clauses, first, patterns, sentences};

/// The words of one language, between `|`; one that ends in `*` may go on.
struct Words {
    language: &'static str,
    /// What the reader can do, or need not.
    steps: &'static str,
    /// To pay.
    pay: &'static str,
    /// To do something about …
    change: &'static str,
    /// … what is paid with.
    method: &'static str,
    /// It is not to be done.
    not: &'static str,
    /// Somebody else is to be asked to do it.
    ask: &'static str,
    /// Somebody else can do it …
    others: &'static str,
    /// … unless the reader is named beside them.
    you: &'static str,
}

static WORDS: [Words; 4] = [
    Words {
        language: "en",
        steps: "please | you can | can you | you need | check | update | pay | contact | ask | confirm | no need | need not | nothing to do | nothing for you | nothing you need | nothing else | no action | do not need to | don't need to | do nothing | help | helps | open | see | visit | go to | reply | call | cancel | download | view | review | choose | add | change | replace | renew | write to",
        pay: "pay | paying | settle | make a payment",
        change: "update | updating | add | adding | change | changing | replace | replacing | check | checking | enter | renew",
        method: "payment method* | payment details | card | cards | card details | billing details | bank account | bank details",
        not: "not | no | don't | never | nothing | without",
        ask: "ask | asks | asking | tell | remind",
        others: "owner can | owners can | owner or | owner must | owner needs | admin can | admins can | administrator can | administrators can | administrator must | administrator needs",
        you: "you or | you can | can you | you must | you need",
    },
    Words {
        language: "de",
        steps: "bitte | bitten | prüf* | überprüf* | aktualisier* | bezahl* | zahlen | wenden | kontaktier* | fragen | frag | bestätig* | hilft | helfen | support* | kundenservice | müssen nichts | musst nichts | nichts tun | nichts zu tun | nichts unternehmen | nichts weiter | nicht erforderlich | nicht nötig | brauchen nicht | brauchen nichts | müssen nicht | kein handlungsbedarf | öffnen | ansehen | finden sie | können sie | sie können | kannst du | du kannst | herunterladen | kündigen | ändern | fügen | füge | hinterleg* | ersetzen | wechseln | schreiben | antworten | rufen sie",
        pay: "bezahl | bezahle | bezahlen | zahle | zahlen | begleichen | begleiche | überweisen | überweise | nachzahlen",
        change: "aktualisier* | prüf* | überprüf* | änder* | hinterleg* | ersetz* | erneuer* | hinzufüg*",
        method: "zahlungsmethode* | zahlungsart* | zahlungsmittel* | zahlungsdaten | karte | karten | kreditkarte* | kartendaten | bankverbindung*",
        not: "nicht | kein* | nichts | nie | ohne",
        ask: "bitten | fragen | frag | bitte deine* | bitte den | bitte eine*",
        others: "inhaber* kann | inhaberin kann | inhaber oder | kontoinhaber* kann | administrator kann | administratoren können | administrator* kann",
        you: "sie oder | sie können | können sie | du oder | du kannst | kannst du | sie müssen",
    },
    Words {
        language: "sv",
        steps: "kontrollera | uppdatera | betala | kontakta | hör av | be | fråga | bekräfta | hjälper | hjälpa | support* | kundtjänst* | behöver inte | behöver du inte | inget du behöver | ingenting du behöver | inte göra något | du kan | kan du | vänligen | öppna | se | gå till | ladda ner | ändra | säga upp | lägg | lägga | byt | byta | skriv | svara | ring",
        pay: "betala",
        change: "uppdatera | kontrollera | byt | byta | ändra | lägg | lägga | ersätt | ersätta",
        method: "betalningsmetod* | betalmetod* | betalsätt* | betalningssätt* | kort | kortet | kortuppgift* | bankkonto*",
        not: "inte | ingen | inget | inga | aldrig | utan",
        ask: "be | ber | fråga",
        others: "ägare kan | ägaren kan | ägaren eller | kontoägaren kan | administratör kan | administratören kan | administratörer kan",
        you: "du eller | du kan | kan du | du måste",
    },
    Words {
        language: "zh",
        steps: "请 | 无需 | 无须 | 不需要 | 不必 | 可以 | 可在 | 您可 | 联系 | 前往 | 客服",
        pay: "请付款 | 请支付 | 付清 | 缴费 | 完成付款 | 完成支付 | 前往付款 | 去付款 | 进行付款 | 进行支付 | 页面付款 | 页面支付 | 页面上付款 | 页面上支付 | 支付欠款 | 支付账单",
        change: "更新 | 检查 | 更换 | 添加 | 核对 | 修改",
        method: "付款方式 | 支付方式 | 银行卡 | 信用卡 | 付款信息",
        not: "不 | 无需 | 无须 | 勿",
        ask: "请管理员 | 联系管理员 | 让管理员 | 请账户所有者 | 联系账户所有者 | 请所有者 | 联系所有者 | 请他们",
        others: "管理员可以 | 管理员可 | 所有者可以 | 所有者可 | 所有者或",
        you: "您或 | 您可以 | 您可 | 你或 | 你可以",
    },
];

/// [`Words`], read.
pub(crate) struct Steps {
    language: &'static str,
    steps: Vec<Pattern>,
    pay: Vec<Pattern>,
    change: Vec<Pattern>,
    method: Vec<Pattern>,
    not: Vec<Pattern>,
    ask: Vec<Pattern>,
    others: Vec<Pattern>,
    you: Vec<Pattern>,
}

static STEPS: LazyLock<Vec<Steps>> = LazyLock::new(|| {
    let read = |words: &Words| Steps {
        language: words.language,
        steps: patterns(words.steps),
        pay: patterns(words.pay),
        change: patterns(words.change),
        method: patterns(words.method),
        not: patterns(words.not),
        ask: patterns(words.ask),
        others: patterns(words.others),
        you: patterns(words.you),
    };
    WORDS.iter().map(read).collect()
});

impl Steps {
    /// The words of a language, where they are known.
    pub(crate) fn of(language: &str) -> Option<&'static Steps> {
        STEPS.iter().find(|steps| steps.language == language)
    }

    /// Whether a text says what its reader can do, or that there is nothing to do.
    pub(crate) fn has_step(&self, text: &str) -> bool {
        let mut sentences = sentences(text).into_iter();
        sentences.any(|sentence| first(&self.steps, &sentence).is_some())
    }

    /// Where a text tells its reader to pay, or to change what is paid with, in bytes of it.
    pub(crate) fn payment(&self, text: &str) -> Option<Range<usize>> {
        let mut sentences = sentences(text).into_iter();
        sentences.find_map(|sentence| {
            let is_for_others = first(&self.ask, &sentence).is_some()
                || (first(&self.others, &sentence).is_some()
                    && first(&self.you, &sentence).is_none());
            let mut clauses = clauses(text, &sentence).into_iter();
            clauses.find_map(|clause| self.in_clause(clause).filter(|_| !is_for_others))
        })
    }

    fn in_clause(&self, clause: &[Word]) -> Option<Range<usize>> {
        if first(&self.not, clause).is_some() {
            return None;
        }
        if let Some(pay) = first(&self.pay, clause) {
            return Some(pay);
        }
        let change = first(&self.change, clause)?;
        let method = first(&self.method, clause)?;
        Some(change.start.min(method.start)..change.end.max(method.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(language: &str, text: &str) -> Option<String> {
        let found = Steps::of(language).unwrap().payment(text);
        found.map(|found| text[found].to_owned())
    }

    #[test]
    fn what_the_reader_is_told_to_pay_is_found() {
        let found = [
            (
                "en",
                "Please check your payment method on the Billing page.",
                "check your payment method",
            ),
            (
                "en",
                "A payment did not go through, so please update your card.",
                "update your card",
            ),
            (
                "en",
                "You or another administrator can lift it by paying.",
                "paying",
            ),
            (
                "de",
                "Bitte aktualisieren Sie Ihre Zahlungsmethode.",
                "aktualisieren Sie Ihre Zahlungsmethode",
            ),
            ("de", "Bitte bezahlen Sie sie.", "bezahlen"),
            (
                "sv",
                "Uppdatera ditt betalsätt eller betala på fakturasidan.",
                "betala",
            ),
            ("zh", "您的付款未成功，请更新付款方式。", "更新付款方式"),
        ];
        for (language, text, wanted) in found {
            assert_eq!(payment(language, text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_others_are_to_do_or_nobody_is_told_to_nobody() {
        let silent = [
            ("en", "There is no need to pay again."),
            ("en", "Please ask the owner to update the card."),
            (
                "en",
                "The account owner or an administrator can pay on the Billing page.",
            ),
            ("en", "Your payment is on its way."),
            (
                "de",
                "Bitten Sie einen Administrator, die Karte zu aktualisieren.",
            ),
            ("de", "Sie müssen nicht noch einmal bezahlen."),
            ("sv", "Be en administratör att betala."),
            ("zh", "无需再次付款。"),
            ("zh", "请联系管理员更新付款方式。"),
        ];
        for (language, text) in silent {
            assert_eq!(payment(language, text), None, "{text}");
        }
        assert!(Steps::of("fi").is_none());
        assert!(
            !Steps::of("en")
                .unwrap()
                .has_step("A payment did not go through.")
        );
        assert!(
            Steps::of("sv")
                .unwrap()
                .has_step("Du behöver inte betala igen.")
        );
    }
}

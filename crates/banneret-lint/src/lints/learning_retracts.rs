//! A payment message that learning more can take away.

use banneret::{Code, Diagnostic, Level};

use crate::asked::{Asked, Names};
use crate::lint::{Context, Lint};
use crate::payment::{Once, Payment, is_about_who};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN204",
        name: "learning-retracts",
        level: Level::Warning,
        firm: false,
        summary: "a payment message that learning more can take away",
        page: include_str!("learning_retracts.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let names = Names::of(context.book, context.items);
    let mut once = Once::default();
    for payment in context.payments() {
        let is_waived = context.is_waived(payment.banner, LINT.code.id);
        for asked in names.asked(payment.audience) {
            if asked.is_unknown() && !is_about_who(&asked.fact.name) {
                let finding = || finding(&payment, &asked);
                once.tell((asked.span, asked.id), is_waived, finding, found);
            }
        }
    }
}

fn finding(payment: &Payment<'_>, asked: &Asked<'_>) -> Diagnostic {
    let (banner, fact) = (&payment.written.name.value, &asked.fact.name);
    let message = format!(
        "`{banner}` speaks about a payment where nobody knows `{fact}`: learning it can take the \
         message away"
    );
    let turned = if asked.around.negated {
        "turned round by `not`: "
    } else {
        ""
    };
    Diagnostic::new(&LINT.code, asked.span, message)
        .label(format!("{turned}true where it is absent or too old"))
        .help("ask for the value that makes the message true, and say nothing where nobody knows")
        .banner(&**banner)
}

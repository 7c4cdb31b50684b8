//! A banner could tell somebody who is not in dunning that a payment failed.

use banneret::{Code, Diagnostic, Level};

use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN001",
        name: "payment-failed-without-dunning",
        level: Level::Error,
        firm: false,
        summary: "a banner could tell somebody who is not in dunning that a payment failed",
        page: include_str!("payment_failed_without_dunning.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for broken in context.broken() {
        let (true, Some(by_age)) = (broken.is_headline(), broken.by_age_alone()) else {
            continue;
        };
        let to_whom = match by_age {
            true => "to accounts of which nobody knows any more whether they are in dunning",
            false => "to accounts that are not in dunning",
        };
        let message = format!(
            "the banner `{}` says that a payment failed, and would say so {to_whom}",
            broken.banner.name
        );
        let label = "nothing here makes sure of `in_dunning`";
        let finding = broken.finding(context, &LINT.code, message, label);
        found.push(finding.help(broken.remedy(context)));
    }
}

//! What the book's own tests look at.

use banneret::{Book, CaseBody, Clock, DecisionCase, Facts, Time, Truth};

/// The tests of what accounts see, ready to be asked again and again.
pub(crate) struct Looked<'b> {
    pub(crate) cases: Vec<Look<'b>>,
}

/// One of them.
pub(crate) struct Look<'b> {
    /// Its place among the book's tests.
    pub(crate) case: usize,
    pub(crate) body: &'b DecisionCase,
    pub(crate) facts: Facts,
    pub(crate) clock: Clock,
    /// The banners that it names, by their places among the book's.
    pub(crate) banners: Vec<usize>,
}

impl<'b> Looked<'b> {
    pub(crate) fn of(book: &'b Book) -> Looked<'b> {
        let skew = book.manifest().clock_skew;
        let cases = book.cases().iter().enumerate().filter_map(|(at, case)| {
            let CaseBody::Decision(body) = &case.body else {
                return None;
            };
            let now = case.now.unwrap_or(Time::from_unix_seconds(0));
            let account = book.account(body, now).ok()?;
            let because = body.because.iter().map(|(banner, _)| banner);
            let named = body.shows.iter().chain(&body.hides).chain(because);
            let named: Vec<_> = named.map(|name| &*name.value).collect();
            let banners = book.banners().iter().enumerate();
            let banners = banners.filter(|(_, banner)| named.contains(&&*banner.name));
            Some(Look {
                case: at,
                body,
                facts: account.facts,
                clock: Clock { now, skew },
                banners: banners.map(|(at, _)| at).collect(),
            })
        });
        Looked {
            cases: cases.collect(),
        }
    }
}

impl Look<'_> {
    /// Whether what the test says of a banner comes true where audience and contract have these
    /// truths. Only for a test that looks at no gates.
    pub(crate) fn agrees(&self, banner: &str, audience: Truth, contract: Truth) -> bool {
        let reason = DecisionCase::reason(audience, contract);
        let names = |list: &[banneret::ast::Name]| list.iter().any(|name| *name.value == *banner);
        let mut because = self.body.because.iter();
        (!names(&self.body.shows) || reason == "shown")
            && (!names(&self.body.hides) || reason != "shown")
            && because.all(|(name, wanted)| *name.value != *banner || *wanted.value == *reason)
    }
}

//! Whether the words of a sentence are a claim.

use std::ops::Range;

use super::Claim;
use super::split::{Break, Clause, Sentence, Word};
use super::tables::Table;

/// What is claimed, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A payment failed, was declined, could not be taken.
    Failed,
    /// Something is overdue or unpaid.
    Owed,
    /// Something is amiss, without saying what: "update your payment method to avoid …".
    Implied,
}

/// How far apart words may stand, in words, or in twice as many characters.
struct Reach {
    /// From the payment to its failure.
    to_failure: usize,
    /// From the failure to its payment: "failed payment".
    to_payment: usize,
    /// Between a payment and a noun like "error", either way.
    to_fault: usize,
    /// From "not" to what it denies: "this does not mean that your last payment failed".
    of_denial: usize,
    /// From what is claimed to what takes it back: "failed not", and in other languages further.
    of_tail: usize,
}

/// Word positions of a match.
type Place = Range<usize>;

/// Pushes what a sentence claims in the words of one language; the next one may say that what was
/// told in it was wrong.
pub(super) fn claims(
    sentence: &Sentence,
    next: Option<&Sentence>,
    table: &Table,
    claims: &mut Vec<Claim>,
) {
    if sentence.is_question || next.is_some_and(|next| is_retracted(sentence, next, table)) {
        return;
    }
    let mut before: &[Word] = &[];
    for clause in &sentence.clauses {
        let judge = Judge::new(&clause.words, sentence, table);
        judge.push_referring(before, claims);
        // "This does not mean, that …", "it was not possible, to charge …": what is said of the
        // whole clause.
        let is_object = judge.places("that").iter().any(|that| that.start == 0);
        if is_object || !judge.places("joins").is_empty() {
            let words = [before, &clause.words].concat();
            Judge::new(&words, sentence, table).push(claims);
        } else {
            judge.push(claims);
        }
        before = &clause.words;
    }
    for words in across(&sentence.clauses, table) {
        Judge::new(&words, sentence, table).push(claims);
    }
}

/// Whether a sentence tells what somebody was told, and the next begins by saying that it was
/// wrong: "Yesterday we told you that your payment had failed. That was our mistake."
fn is_retracted(sentence: &Sentence, next: &Sentence, table: &Table) -> bool {
    let Some(begin) = next.clauses.first() else {
        return false;
    };
    let judge = Judge::new(&begin.words, next, table);
    let retracts = judge.places("retracts");
    retracts.iter().any(|place| place.start == 0)
        && sentence.clauses.iter().any(|clause| {
            let judge = Judge::new(&clause.words, sentence, table);
            !judge.places("told").is_empty()
        })
}

/// Clauses that may be read as one: around what is put in between two commas, and "payment:
/// failed". What begins with its failure may say it of all that the clause before it names:
/// "Charge of $40 on Friday: declined".
fn across(clauses: &[Clause], table: &Table) -> Vec<Vec<Word>> {
    let begins_with_failure = |clause: &Clause| {
        let failures = table.lists.get("fail").into_iter().flatten();
        let mut ends = failures.map(|failure| failure.end(&clause.words, 0, &table.lists));
        ends.any(|end| end.is_some())
    };
    let mut joined = Vec::new();
    for triple in clauses.windows(3) {
        if triple[0].ends_with == Break::Comma && triple[1].ends_with == Break::Comma {
            joined.push([near_end(&triple[0]), near_begin(&triple[2])].concat());
        }
    }
    for pair in clauses.windows(2) {
        if pair[0].ends_with == Break::Colon && pair[1].words.len() <= 4 {
            let reach = if begins_with_failure(&pair[1]) { 6 } else { 2 };
            joined.push([last(&pair[0], reach), near_begin(&pair[1])].concat());
        }
    }
    joined
}

fn near_end(clause: &Clause) -> &[Word] {
    last(clause, 6)
}

fn last(clause: &Clause, count: usize) -> &[Word] {
    &clause.words[clause.words.len().saturating_sub(count)..]
}

fn near_begin(clause: &Clause) -> &[Word] {
    &clause.words[..clause.words.len().min(7)]
}

/// Words in a row under the lists of one language.
struct Judge<'j> {
    words: &'j [Word],
    sentence: &'j Sentence,
    table: &'j Table,
    reach: Reach,
}

impl<'j> Judge<'j> {
    fn new(words: &'j [Word], sentence: &'j Sentence, table: &'j Table) -> Judge<'j> {
        let unit = if table.is_spaceless { 2 } else { 1 };
        let reach = Reach {
            to_failure: 10 * unit,
            to_payment: 4 * unit,
            to_fault: 3 * unit,
            of_denial: 7 * unit,
            of_tail: 3 * unit,
        };
        Judge {
            words,
            sentence,
            table,
            reach,
        }
    }

    fn push(&self, claims: &mut Vec<Claim>) {
        for (what, place, core) in self.candidates() {
            if self.is_meant(&place, &core) {
                let range =
                    self.words[place.start].range.start..self.words[place.end - 1].range.end;
                claims.push(Claim { range, what });
            }
        }
    }

    /// Pushes what these words say of the clause before them: "…, but it failed", where "it" is the
    /// payment there.
    fn push_referring(&self, before: &[Word], claims: &mut Vec<Claim>) {
        let behind = |list: &str, from: usize| {
            let places = self.places(list).into_iter();
            let found = places.filter(|place| place.start == from);
            found.map(|place| place.end).max()
        };
        let before_but = || {
            let judge = Judge::new(before, self.sentence, self.table);
            let buts = judge.places("but").into_iter();
            let last = buts.filter(|but| but.end == before.len());
            last.map(|but| but.start).min()
        };
        let (said_of, from) = if let Some(but) = behind("but", 0) {
            (before, behind("it", but).unwrap_or(but))
        } else if let Some(end) = before_but() {
            (&before[..end], behind("it", 0).unwrap_or(0))
        } else if behind("vain", 0).is_some() {
            (before, 0)
        } else {
            return;
        };
        let fails = self.places("fail").iter().any(|place| place.start == from);
        if fails {
            let kept = &said_of[said_of.len().saturating_sub(self.reach.to_failure)..];
            let said = &self.words[from..];
            let words = [kept, said].concat();
            Judge::new(&words, self.sentence, self.table).push(claims);
        }
    }

    /// What reads like a claim: where it stands, and where the words that say "failed" do.
    fn candidates(&self) -> Vec<(What, Place, Place)> {
        let mut found = Vec::new();
        for (list, what) in [
            ("says", What::Failed),
            ("owes", What::Owed),
            ("implies", What::Implied),
        ] {
            let sayings = self.places(list).into_iter();
            found.extend(sayings.map(|place| (what, place.clone(), place)));
        }
        let others = self.others();
        let both: Vec<_> = ["pay", "card"]
            .iter()
            .flat_map(|list| self.heads(list, &others))
            .collect();
        let payments = self.heads("pay", &others);
        let debts = [payments.clone(), self.heads("debt", &others)].concat();
        let reach = &self.reach;
        for (list, what, subjects, behind, before) in [
            (
                "fail",
                What::Failed,
                &both,
                reach.to_failure,
                reach.to_payment,
            ),
            (
                "fault",
                What::Failed,
                &payments,
                reach.to_fault,
                reach.to_fault,
            ),
            (
                "late",
                What::Owed,
                &payments,
                reach.to_failure,
                reach.to_payment,
            ),
            (
                "owed",
                What::Owed,
                &debts,
                reach.to_failure,
                reach.to_payment,
            ),
        ] {
            let mut failures = self.places(list);
            failures.extend(self.denials_of(match list {
                "fail" => "good",
                "late" => "got",
                "owed" => "settled",
                _ => "",
            }));
            for failure in failures {
                let pairs = subjects
                    .iter()
                    .filter(|subject| self.belongs(subject, &failure, behind, before, &others));
                found.extend(pairs.map(|subject| {
                    let start = subject.start.min(failure.start);
                    let end = subject.end.max(failure.end);
                    (what, start..end, failure.clone())
                }));
            }
        }
        found
    }

    /// What says that something good has not come to pass: "not approved", "would not authorise",
    /// but not "need not approve".
    fn denials_of(&self, list: &str) -> Vec<Place> {
        let (goods, nots) = (self.places(list), self.places("neg"));
        if goods.is_empty() || nots.is_empty() {
            return Vec::new();
        }
        let stops = [self.places("and"), self.places("but"), self.places("need")].concat();
        let near = |not: &Place, good: &Place| {
            let from = not.start.saturating_sub(1);
            not.end <= good.start
                && good.start - not.end <= 3
                && !stops.iter().any(|stop| meets(stop, &(from..good.start)))
        };
        let mut found = Vec::new();
        for not in nots {
            let good = goods.iter().find(|good| near(&not, good));
            found.extend(good.map(|good| not.start..good.end));
        }
        found
    }

    /// What else may fail, and what says that it did not: no part of the words that say "failed".
    fn others(&self) -> Vec<Place> {
        let mut others = self.places("other");
        if others.is_empty() {
            return others;
        }
        let lists = ["fail", "late", "owed"].map(|list| self.places(list));
        let denials = ["good", "got", "settled"].map(|list| self.denials_of(list));
        let failures = [lists.concat(), denials.concat()].concat();
        others.retain(|other| !failures.iter().any(|failure| meets(failure, other)));
        others
    }

    /// The places of a list's patterns, the longest at each word.
    fn places(&self, list: &str) -> Vec<Place> {
        let Some(patterns) = self.table.lists.get(list) else {
            return Vec::new();
        };
        let longest = |at: usize| {
            let ends = patterns
                .iter()
                .filter_map(|pattern| pattern.end(self.words, at, &self.table.lists));
            ends.max().filter(|end| *end > at).map(|end| at..end)
        };
        (0..self.words.len()).filter_map(longest).collect()
    }

    /// Payments that are not what another noun is about: a "payment page", a "refund of your
    /// payment".
    fn heads(&self, list: &str, others: &[Place]) -> Vec<Place> {
        let links = self.places("of");
        let is_link = |at: usize| links.iter().any(|link| link.contains(&at));
        let is_head = |place: &Place| {
            !others.iter().any(|other| {
                (meets(other, place) && !(is_within(other, place) && other != place))
                    || other.start == place.end
                    || (other.end < place.start
                        && place.start - other.end <= 3
                        && is_link(other.end))
            })
        };
        self.places(list)
            .into_iter()
            .filter(|place| is_head(place))
            .collect()
    }

    /// Whether a failure is that of a payment: near enough, in one clause, and nothing else
    /// between that could have failed.
    fn belongs(
        &self,
        subject: &Place,
        failure: &Place,
        behind: usize,
        before: usize,
        others: &[Place],
    ) -> bool {
        if meets(subject, failure) {
            return is_within(subject, failure);
        }
        let (between, most) = if subject.end <= failure.start {
            (subject.end..failure.start, behind)
        } else {
            (failure.end..subject.start, before)
        };
        // "The charge for your plan", "after your trial": what the payment is about, or follows,
        // is not what failed. Where nothing stands between words, it stands before the payment.
        let follows = |list: &str| {
            let mut places = self.places(list).into_iter();
            places.any(|place| place.start == subject.end)
        };
        let is_after = follows("after");
        let is_linked = !self.table.is_spaceless && (is_after || follows("of"));
        let near = subject.end + 4;
        let stops = |other: &Place| {
            let is_named = is_linked && subject.end < other.start && other.end <= near;
            meets(other, &between) && !is_named
        };
        let breaks = |but: &Place| meets(but, &between) && !(is_after && but.start == subject.end);
        between.len() <= most && !others.iter().any(stops) && !self.places("but").iter().any(breaks)
    }

    /// Whether nothing in the sentence takes the claim back.
    fn is_meant(&self, place: &Place, core: &Place) -> bool {
        let begin = self.places("but").into_iter().map(|but| but.end);
        let begin = begin.filter(|end| *end <= place.start).max().unwrap_or(0);
        let free = |list: &str| -> Vec<Place> {
            let places = self.places(list).into_iter();
            let is_apart = |found: &Place| !core.contains(&found.start) && found.start >= begin;
            places.filter(is_apart).collect()
        };
        let far = place.start.saturating_sub(self.reach.of_denial);
        let is_denied = free("not")
            .iter()
            .any(|not| not.start >= far && not.start < place.end);
        let is_supposed = free("if")
            .iter()
            .any(|condition| condition.start < place.end);
        let is_possible = free("modal").iter().any(|modal| {
            (place.contains(&modal.start) && modal.end <= core.start)
                || modal.end == core.start
                || (modal.start == core.end && modal.end <= place.end.max(core.end + 2))
        });
        let most = place.end + self.reach.of_tail;
        let is_undone = free("tail")
            .iter()
            .any(|tail| tail.start >= core.end && tail.start <= most);
        !(is_denied || is_supposed || is_possible || is_undone || self.is_corrected(place))
    }

    /// Whether the sentence says of these words, as a quotation or as what somebody was told, that
    /// they were wrong.
    fn is_corrected(&self, place: &Place) -> bool {
        let is_quoted = self.words[place.clone()].iter().all(|word| word.is_quoted);
        self.says("wrong") && (is_quoted || self.says("told"))
    }

    /// Whether the sentence holds a pattern outside quotations.
    fn says(&self, list: &str) -> bool {
        self.sentence.clauses.iter().any(|clause| {
            let judge = Judge::new(&clause.words, self.sentence, self.table);
            let places = judge.places(list);
            places
                .iter()
                .any(|place| !clause.words[place.start].is_quoted)
        })
    }
}

fn meets(one: &Place, other: &Place) -> bool {
    one.start < other.end && other.start < one.end
}

/// "Card on file": no file at all.
fn is_within(one: &Place, other: &Place) -> bool {
    other.start <= one.start && one.end <= other.end
}

//! Rule books that look like those of a product with many teams, as text, and always the same for
//! the same seed.
//!
//! An audience is what its kind requires, some segments that others use too (few of them by very
//! many, in the manner of Zipf), and a few questions of its own. No two of them ask about one fact,
//! so audiences contradict themselves no more than those of careful people.

mod vocabulary;

use self::vocabulary::{KINDS, Kind, SEGMENTS, TOPICS};
pub(crate) use self::vocabulary::{PLACEMENTS, manifest};

/// The files of a book with so many banners, all of them sound.
#[must_use]
pub fn book(banners: usize, seed: u64) -> Vec<(String, String)> {
    with_wrong(banners, 0, seed)
}

/// The files of a book with so many banners, of which so many speak of failed payments to
/// people of whom nobody knows that any failed.
#[must_use]
pub fn with_wrong(banners: usize, wrong: usize, seed: u64) -> Vec<(String, String)> {
    let mut chance = Chance(seed);
    let (mut rules, mut copy) = (Vec::new(), String::new());
    for number in 0..banners {
        let kind = chance.weighted(&KINDS, |kind| kind.weight);
        let name = format!("{}_{number:05}", kind.name);
        // Spread over the whole book, however many there are.
        let is_wrong = number * wrong / banners != (number + 1) * wrong / banners;
        let text = match is_wrong {
            true => banner(&name, &KINDS[0], "managers and owes_money", &mut chance),
            false => banner(&name, kind, kind.base, &mut chance),
        };
        let said = if is_wrong { KINDS[0].name } else { kind.name };
        let id = name.replace('_', "-");
        copy += &format!("{id} = Words\n    .kind = {said}\n");
        rules.push(text);
    }
    let mut files = vec![
        ("banneret.yaml".to_owned(), vocabulary::manifest()),
        ("schema.yaml".to_owned(), vocabulary::SCHEMA.to_owned()),
        ("shared.banner".to_owned(), vocabulary::shared()),
        ("copy/en.ftl".to_owned(), copy),
    ];
    for (number, rules) in rules.chunks(100).enumerate() {
        files.push((format!("teams/team_{number:03}.banner"), rules.join("\n")));
    }
    files
}

fn banner(name: &str, kind: &Kind, base: &str, chance: &mut Chance) -> String {
    let mut conditions = Vec::new();
    if !base.is_empty() {
        conditions.push(base.to_owned());
    }
    let mut asked: Vec<&str> = kind.asks.to_vec();
    let wanted = 4 + chance.below(5);
    // Who asks about everything already finds nothing more to ask.
    for _ in 0..100 {
        if conditions.len() >= wanted {
            break;
        }
        match chance.below(5) {
            0..2 => {
                let segment = &SEGMENTS[chance.zipf(SEGMENTS.len())];
                if asked.iter().any(|fact| segment.asks.contains(fact)) {
                    continue;
                }
                asked.extend(segment.asks);
                conditions.push(segment.name.to_owned());
            }
            2..4 => {
                let topic = &TOPICS[chance.zipf(TOPICS.len())];
                if asked.contains(&topic.fact) {
                    continue;
                }
                asked.push(topic.fact);
                conditions.push(question(
                    topic.questions[chance.below(topic.questions.len())],
                    chance,
                ));
            }
            _ => {
                let (one, two) = (chance.below(TOPICS.len()), chance.below(TOPICS.len()));
                let (one, two) = (&TOPICS[one], &TOPICS[two]);
                if one.fact == two.fact || asked.contains(&one.fact) || asked.contains(&two.fact) {
                    continue;
                }
                asked.extend([one.fact, two.fact]);
                let mut any =
                    |questions: &[&str]| question(questions[chance.below(questions.len())], chance);
                let (one, two) = (any(one.questions), any(two.questions));
                conditions.push(format!("({one} or {two})"));
            }
        }
    }
    let mut text = format!(
        "banner {name}:\n  message {}\n  audience {}\n",
        kind.name,
        conditions.join("\n    and ")
    );
    text += &format!("  placement {}\n", placements(chance));
    text += &format!("  priority {}\n", kind.priority + chance.below(200));
    text += &dates(chance);
    text += match chance.below(10) {
        0 => "  cap 3 per 7 days\n",
        1 => "  dismiss for 7 days\n",
        2 => "  cap 5 per 30 days\n  dismiss forever\n",
        3 => "  rollout 50% by account.id\n",
        _ => "",
    };
    text += &format!(
        "  copy {}\n  owner \"team-{}\"\n",
        name.replace('_', "-"),
        chance.below(100)
    );
    text + "  review by 2027-06-01\n"
}

/// A question with a number of its own where the vocabulary leaves one open.
fn question(question: &str, chance: &mut Chance) -> String {
    match question.contains('N') {
        true => question.replace('N', &(1 + chance.below(40)).to_string()),
        false => question.to_owned(),
    }
}

fn placements(chance: &mut Chance) -> String {
    let places = vocabulary::PLACEMENTS;
    let first = chance.below(places.len());
    match chance.below(8) {
        0 => format!(
            "{}, {}",
            places[first].0,
            places[(first + 1) % places.len()].0
        ),
        _ => places[first].0.to_owned(),
    }
}

fn dates(chance: &mut Chance) -> String {
    let mut text = String::new();
    if chance.below(3) == 0 {
        text += &format!(
            "  from 2026-{:02}-{:02}\n",
            1 + chance.below(6),
            1 + chance.below(28)
        );
    }
    if chance.below(3) == 0 {
        text += &format!(
            "  until 2027-{:02}-{:02}\n",
            1 + chance.below(5),
            1 + chance.below(28)
        );
    }
    text
}

/// Chance that repeats itself: splitmix64 (G. Steele et al., "Fast Splittable Pseudorandom Number
/// Generators", 2014).
pub struct Chance(pub u64);

impl Chance {
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }

    /// A number below `end`, of which the first is by far the likeliest.
    fn zipf(&mut self, end: usize) -> usize {
        let whole: f64 = (1..=end).map(|rank| 1.0 / rank as f64).sum();
        let mut left = (self.number() >> 11) as f64 / (1_u64 << 53) as f64 * whole;
        for rank in 1..end {
            left -= 1.0 / rank as f64;
            if left < 0.0 {
                return rank - 1;
            }
        }
        end - 1
    }

    fn weighted<'t, T>(&mut self, of: &'t [T], weight: impl Fn(&T) -> usize) -> &'t T {
        let whole = of.iter().map(&weight).sum();
        let mut left = self.below(whole);
        for one in of {
            match left.checked_sub(weight(one)) {
                Some(less) => left = less,
                None => return one,
            }
        }
        &of[0]
    }
}

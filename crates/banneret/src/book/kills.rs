//! `kills.yaml`: banners that are switched off now.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::value::Time;
use crate::yaml::{self, Node};

/// A banner that is switched off, by whom and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Kill {
    /// Its name.
    pub banner: Box<str>,
    /// Who switched it off.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why.
    pub because: String,
    /// Where the banner is named.
    pub span: Span,
}

/// Reads a `kills.yaml`. An empty file kills nothing.
pub(crate) fn read(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Vec<Kill> {
    let root = yaml::read(file, text, found);
    let root = root.as_ref().filter(|root| !root.is_null());
    let items = root.and_then(|root| root.list("the file of kills", found));
    let items = items.unwrap_or_default();
    items.iter().filter_map(|item| kill(item, found)).collect()
}

/// One kill. Where only the banner can be read, that is enough to be on the safe side: the rest
/// is reported, and the banner stays off.
fn kill(node: &Node, found: &mut Vec<Diagnostic>) -> Option<Kill> {
    let map = node.map("a kill", &["banner", "by", "at", "because"], found)?;
    let banner = map.required_string("banner", found);
    let by = map.required_string("by", found);
    let at = map
        .require("at", found)
        .and_then(|node| node.time("`at`", found));
    let because = map.required_string("because", found);
    Some(Kill {
        banner: banner?.into(),
        by: by.unwrap_or_default().to_owned(),
        at: at.unwrap_or(Time::MIN),
        because: because.unwrap_or_default().to_owned(),
        span: map.get("banner").map_or(map.span, |node| node.span),
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::{Kill, read};
    use crate::source::FileId;
    use crate::yaml::tests::{rendered, soup};

    fn load(text: &str) -> (Vec<Kill>, String) {
        let mut found = Vec::new();
        let kills = read(FileId(0), text, &mut found);
        (kills, rendered(text, &found))
    }

    #[test]
    fn kills_are_read() {
        assert_eq!(load(""), (Vec::new(), String::new()));
        assert_eq!(load("# none\n"), (Vec::new(), String::new()));
        let text =
            "- {banner: late, by: ada, at: 2026-05-04T12:00:00+02:00, because: wrong words}\n";
        let (kills, found) = load(text);
        assert_eq!(found, "");
        assert_eq!((&*kills[0].banner, &*kills[0].by), ("late", "ada"));
        assert_eq!(kills[0].at.to_string(), "2026-05-04T10:00:00Z");
        assert_eq!(&text[kills[0].span.range()], "late");
    }

    #[test]
    fn kills_that_are_wrong() {
        let (kills, found) =
            load("- {banner: late, at: 2026-05-04, becuase: x}\n- {by: 7}\n- late\n");
        assert_eq!(kills.len(), 1, "a half-written kill kills");
        assert_snapshot!(found, @r#"
        1:34-41 BN806 a kill has no key `becuase` | did you mean `because`? | its keys are `banner`, `by`, `at`, `because`
        1:4-10 BN804 a kill has no `by` | add `by: …`
        1:22-32 BN809 `at`: `2026-05-04` has no zone: write `Z` for UTC or an offset like `+02:00` after it
        1:4-10 BN804 a kill has no `because` | add `because: …`
        2:4-6 BN804 a kill has no `banner` | add `banner: …`
        2:8-9 BN806 `by` must be text, the number `7` found | write it in quotes: "7"
        2:4-6 BN804 a kill has no `at` | add `at: …`
        2:4-6 BN804 a kill has no `because` | add `because: …`
        3:3-7 BN806 a kill must be a map (`name: value`), the text `late` found
        "#);
        assert_snapshot!(load("- {banner: late, by: ada, at: 2026-05-04T12:00:00, because: x}").1, @"1:31-50 BN809 `at`: `2026-05-04T12:00:00` has no zone: write `Z` for UTC or an offset like `+02:00` after it");
        assert_snapshot!(load("late: {by: ada}").1, @"1:1-16 BN806 the file of kills must be a list (`[a, b]` or `- a`), a map found");
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in soup()) {
            load(&text);
            load(&format!("- {{banner: {text}}}"));
        }
    }
}

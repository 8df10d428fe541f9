//! What can be asked for at once, as words of a full-text index: each is a letter and
//! sixteen hex digits of a hash, so that no token of a response is ever read as syntax.

use std::collections::BTreeSet;

use manyi_model::hash::digits;

use super::Filters;
use super::reading::Level;
use crate::limits;

/// A response by what can be asked for.
#[derive(Clone, Copy, Debug)]
pub struct Facets<'a> {
    /// The survey's id.
    pub survey: &'a str,
    /// The channel's name.
    pub channel: &'a str,
    /// The mode's name.
    pub mode: &'a str,
    /// The unit.
    pub unit: Option<&'a str>,
    /// How satisfied.
    pub level: Option<Level>,
    /// Whether there are words to search.
    pub has_text: bool,
}

fn word(letter: char, value: &str) -> String {
    format!("{letter}{}", &digits(value.as_bytes())[..16])
}

impl Facets<'_> {
    /// The words that stand in the index.
    pub fn words(&self) -> String {
        let mut words = vec![
            word('s', self.survey),
            word('c', self.channel),
            word('m', self.mode),
        ];
        words.extend(self.unit.map(|unit| word('u', unit)));
        words.extend(self.level.map(|level| word('l', level.name())));
        words.extend(self.has_text.then(|| word('x', "text")));
        words.join(" ")
    }
}

/// The expression that finds what is asked for, among `units` where there are any;
/// `None` where nothing is asked for that stands in the index. Of very many units it
/// says nothing: the caller looks at each response anyway.
pub fn expression(filters: &Filters, units: Option<&BTreeSet<String>>) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(filters.survey.as_deref().map(|survey| word('s', survey)));
    parts.extend(filters.channel.map(|channel| word('c', channel)));
    parts.extend(filters.mode.map(|mode| word('m', mode)));
    parts.extend(filters.level.map(|level| word('l', level.name())));
    parts.extend(filters.has_text.then(|| word('x', "text")));
    if let Some(units) = units
        && !units.is_empty()
        && units.len() <= limits::FOUND_UNITS
    {
        let units: Vec<String> = units.iter().map(|unit| word('u', unit)).collect();
        parts.push(format!("({})", units.join(" OR ")));
    }
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// What a person typed as the words of one sequence: quotes in it are no syntax.
pub fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Facets, expression, phrase};
    use crate::search::Filters;
    use crate::search::reading::Level;

    #[test]
    fn what_is_asked_for_is_said_in_the_words_that_are_kept() {
        let facets = Facets {
            survey: "a\" OR b",
            channel: "web",
            mode: "self",
            unit: Some("枫林 NEAR("),
            level: Some(Level::Dissatisfied),
            has_text: true,
        };
        let filters = Filters {
            survey: Some("a\" OR b".to_owned()),
            channel: Some("web"),
            mode: Some("self"),
            level: Some(Level::Dissatisfied),
            has_text: true,
            ..Filters::default()
        };
        let units = BTreeSet::from(["枫林 NEAR(".to_owned()]);
        let kept = facets.words();
        let asked = expression(&filters, Some(&units)).unwrap_or_default();
        for word in asked.split(" AND ") {
            let word = word.trim_matches(['(', ')']);
            assert!(kept.split(' ').any(|kept| kept == word), "{word}");
            assert!(word.bytes().all(|b| b.is_ascii_alphanumeric()), "{word}");
        }
        assert_eq!(asked.split(" AND ").count(), 6);
        assert_eq!(expression(&Filters::default(), None), None);
        assert_eq!(phrase("a\"b"), "\"a\"\"b\"");
    }
}

//! The interface sentences: the same places to fill in, in every language, and
//! letters that belong to it. That no sentence is missing, the compiler says.

use std::collections::BTreeSet;

use manyi_model::words::{self, Words};

mod letters;

/// Key and sentence of every field, read from the `Debug` form so that a new
/// field is covered on the day it is added.
fn sentences(words: &Words) -> Vec<(String, String)> {
    format!("{words:#?}")
        .lines()
        .filter_map(|line| {
            let (key, quoted) = line.trim().strip_suffix(',')?.split_once(": ")?;
            let sentence = serde_json::from_str(quoted).expect("a plain quoted string");
            Some((key.to_owned(), sentence))
        })
        .collect()
}

fn of(tag: &str) -> Vec<(String, String)> {
    let words = words::ALL.into_iter().find(|words| words.tag == tag);
    sentences(words.expect("a language of the interface"))
}

fn places(sentence: &str) -> BTreeSet<&str> {
    sentence
        .split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').expect("a closing brace").0)
        .collect()
}

fn without_places(sentence: &str) -> String {
    let mut parts = sentence.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('}').expect("a closing brace").1
    })
}

#[test]
fn every_field_is_read() {
    let keys: Vec<_> = of("zh-Hans").into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys.first().map(String::as_str), Some("tag"));
    assert_eq!(keys.last().map(String::as_str), Some("unfit"));
    let source = include_str!("../src/words/zh_hans.rs");
    let written = source
        .lines()
        .filter(|line| line.starts_with("    ") && line.contains(": \""))
        .count();
    assert_eq!(keys.len(), written);
}

#[test]
fn the_four_languages_stand_in_the_order_of_the_switch() {
    let tags = words::ALL.map(|words| words.tag);
    assert_eq!(tags, ["zh-Hans", "zh-Hant", "ug", "en"]);
}

#[test]
fn each_language_fills_in_what_the_chinese_does() {
    let chinese = of("zh-Hans");
    for words in words::ALL {
        for ((key, original), (same_key, sentence)) in chinese.iter().zip(sentences(words)) {
            assert_eq!(*key, same_key);
            assert_eq!(
                places(original),
                places(&sentence),
                "{key} in {}: {sentence}",
                words.tag
            );
        }
    }
}

#[test]
fn no_sentence_is_left_in_another_language() {
    let [hans, hant, ug, en] = ["zh-Hans", "zh-Hant", "ug", "en"].map(of);
    for (key, sentence) in hans.iter().chain(&hant) {
        let foreign = without_places(sentence)
            .chars()
            .any(|c| c.is_ascii_alphabetic());
        assert!(key == "tag" || !foreign, "{key}: {sentence}");
    }
    for (key, sentence) in &hant {
        assert_eq!(letters::simplified(sentence), None, "{key}: {sentence}");
    }
    for (key, sentence) in &ug {
        let text = without_places(sentence);
        let strange = letters::not_uyghur(&text);
        assert!(key == "tag" || strange.is_none(), "{key}: {strange:?}");
    }
    for (key, sentence) in &en {
        let latin = sentence
            .chars()
            .all(|c| c.is_ascii() || matches!(c, '“' | '”' | '’' | '…'));
        assert!(latin, "{key}: {sentence}");
    }
}

#[test]
fn sentences_are_trimmed_and_hold_no_markup() {
    for words in words::ALL {
        for (key, sentence) in sentences(words) {
            assert!(!sentence.is_empty(), "{key} in {}", words.tag);
            assert_eq!(sentence, sentence.trim(), "{key} in {}", words.tag);
            assert!(!sentence.contains(['<', '>', '&']), "{key}: {sentence}");
        }
    }
}

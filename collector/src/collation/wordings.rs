//! The surveys that a week was answered with, and what its ids are called.

use std::collections::{BTreeMap, BTreeSet};

use manyi_model::{Definition, Question, Text};

use super::Error;
use crate::store::Store;

/// The language that a collation is in.
const LANGUAGE: &str = "zh-Hans";

/// Every version of every survey that was ever loaded.
#[derive(Debug, Default)]
pub struct Wordings(BTreeMap<String, BTreeMap<u32, Definition>>);

impl Wordings {
    /// Reads them.
    ///
    /// # Errors
    /// When the database fails, or holds what is no definition.
    pub async fn load(store: &Store) -> Result<Self, Error> {
        let mut all = Self::default();
        for kept in store.definitions().await? {
            let definition: Definition = serde_json::from_str(&kept.body).map_err(|error| {
                Error::Row(format!("a stored definition cannot be read: {error}"))
            })?;
            all.add(definition);
        }
        Ok(all)
    }

    /// Puts one in.
    pub fn add(&mut self, definition: Definition) {
        let versions = self.0.entry(definition.id.clone()).or_default();
        versions.insert(definition.version, definition);
    }

    /// Those alone that were answered: what a closed week says must not change with a
    /// version that is loaded later.
    pub fn answered(&self, versions: &BTreeMap<String, BTreeSet<u32>>) -> Self {
        let mut found = Self::default();
        for (survey, versions) in versions {
            for version in versions {
                if let Some(definition) = self.version(survey, *version) {
                    found.add(definition.clone());
                }
            }
        }
        found
    }

    /// One version.
    pub fn version(&self, survey: &str, version: u32) -> Option<&Definition> {
        self.0.get(survey)?.get(&version)
    }

    /// The newest version.
    pub fn newest(&self, survey: &str) -> Option<&Definition> {
        self.0.get(survey)?.values().next_back()
    }

    /// The title of a survey; its id where it has none.
    pub fn survey<'a>(&'a self, survey: &'a str) -> &'a str {
        self.newest(survey)
            .map_or(survey, |definition| definition.title.say(LANGUAGE).text)
    }

    /// A question as the newest version asks it that has it.
    pub fn question(&self, survey: &str, question: &str) -> Option<&Question> {
        let versions = self.0.get(survey)?.values().rev();
        versions
            .filter_map(|definition| definition.question(question))
            .next()
    }

    /// What a level or choice of a question is called; its id where it has no name.
    pub fn label(&self, survey: &str, question: &str, id: &str) -> String {
        self.named(survey, question, id, |question| {
            let level = question.levels().into_iter().find(|level| level.id == id);
            let choice = question.choices.iter().find(|choice| choice.id == id);
            level
                .map(|level| level.label)
                .or(choice.map(|choice| choice.label.clone()))
        })
    }

    /// What an item of a question is called; its id where it has no name.
    pub fn item(&self, survey: &str, question: &str, id: &str) -> String {
        self.named(survey, question, id, |question| {
            let item = question.items.iter().find(|item| item.id == id);
            item.map(|item| item.label.clone())
        })
    }

    /// What the newest version of a question that knows `id` calls it.
    fn named(
        &self,
        survey: &str,
        question: &str,
        id: &str,
        label: impl Fn(&Question) -> Option<Text>,
    ) -> String {
        let versions = self.0.get(survey).into_iter().flat_map(BTreeMap::values);
        versions
            .rev()
            .filter_map(|definition| definition.question(question))
            .find_map(label)
            .map_or_else(|| id.to_owned(), |text| text.say(LANGUAGE).text.to_owned())
    }

    /// What is asked, as people read it.
    pub fn asked<'a>(&'a self, survey: &str, question: &'a str) -> &'a str {
        self.question(survey, question)
            .map_or(question, |question| question.title.say(LANGUAGE).text)
    }
}

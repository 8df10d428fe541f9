//! A definition from JSON, field by field: what the model's own types take through
//! serde, with the place of what does not fit.

use std::cell::RefCell;

use manyi_model::definition::{Choice, Definition, Item, Kind, Question};
use manyi_model::{Condition, Level, Scale, Text};

use crate::element::config::Mistake;
use crate::element::json::Json;

/// The definition that `json` is.
pub fn definition(json: &Json) -> Result<Definition, Mistake> {
    let reader = Reader::default();
    let definition = reader.definition(json);
    match reader.mistake.into_inner() {
        None => Ok(definition),
        Some(mistake) => Err(mistake),
    }
}

/// Keeps the first mistake and goes on with something empty in its place: to leave at
/// once from each of some fifty places would take a third of the code of this file.
#[derive(Default)]
struct Reader {
    mistake: RefCell<Option<Mistake>>,
}

type Read<T> = fn(&Reader, &str, &Json) -> T;

impl Reader {
    fn wrong(&self, place: &str, sentence: &[&str]) {
        let mut mistake = self.mistake.borrow_mut();
        if mistake.is_none() {
            *mistake = Some(Mistake {
                place: place.to_owned(),
                sentence: sentence.concat(),
            });
        }
    }

    fn wanted(&self, place: &str, what: &str) {
        self.wrong(place, &["must be ", what]);
    }

    fn definition(&self, json: &Json) -> Definition {
        let names = [
            "$schema",
            "id",
            "version",
            "title",
            "intro",
            "thanks",
            "languages",
            "questions",
        ];
        let fields = self.fields("", json, &names);
        Definition {
            schema: fields.optional("$schema", Self::word),
            id: fields.need("id", Self::word),
            version: fields.need("version", Self::whole),
            title: fields.need("title", Self::text),
            intro: fields.optional("intro", Self::text),
            thanks: fields.optional("thanks", Self::text),
            languages: fields.list("languages", Self::word).unwrap_or_default(),
            questions: fields.need_list("questions", Self::question),
        }
    }

    fn question(&self, place: &str, json: &Json) -> Question {
        let names = [
            "id",
            "type",
            "title",
            "help",
            "required",
            "personal",
            "new_page",
            "scale",
            "items",
            "choices",
            "multiple",
            "max_chars",
            "min",
            "max",
            "decimals",
            "unit",
            "visible_if",
        ];
        let fields = self.fields(place, json, &names);
        Question {
            id: fields.need("id", Self::word),
            kind: fields.need("type", Self::kind),
            title: fields.need("title", Self::text),
            help: fields.optional("help", Self::text),
            required: fields.flag("required"),
            personal: fields.flag("personal"),
            new_page: fields.flag("new_page"),
            scale: fields.optional("scale", Self::scale),
            items: fields.list("items", Self::item).unwrap_or_default(),
            choices: fields.list("choices", Self::choice).unwrap_or_default(),
            multiple: fields.flag("multiple"),
            max_chars: fields.optional("max_chars", Self::whole),
            min: fields.optional("min", Self::number),
            max: fields.optional("max", Self::number),
            decimals: fields.optional("decimals", Self::small),
            unit: fields.optional("unit", Self::text),
            visible_if: fields.optional("visible_if", Self::condition),
        }
    }

    fn item(&self, place: &str, json: &Json) -> Item {
        let fields = self.fields(place, json, &["id", "label"]);
        Item {
            id: fields.need("id", Self::word),
            label: fields.need("label", Self::text),
        }
    }

    fn choice(&self, place: &str, json: &Json) -> Choice {
        let fields = self.fields(place, json, &["id", "label", "exclusive"]);
        Choice {
            id: fields.need("id", Self::word),
            label: fields.need("label", Self::text),
            exclusive: fields.flag("exclusive"),
        }
    }

    fn scale(&self, place: &str, json: &Json) -> Scale {
        if let Json::Text(name) = json {
            return Scale::Named(name.clone());
        }
        let fields = self.fields(place, json, &["levels"]);
        Scale::Inline(fields.need_list("levels", Self::level))
    }

    fn level(&self, place: &str, json: &Json) -> Level {
        let fields = self.fields(place, json, &["id", "label", "mood"]);
        Level {
            id: fields.need("id", Self::word),
            label: fields.need("label", Self::text),
            mood: fields.optional("mood", Self::small),
        }
    }

    fn condition(&self, place: &str, json: &Json) -> Condition {
        let names = [
            "question", "item", "any_of", "answered", "at_least", "at_most", "all", "any", "not",
        ];
        let fields = self.fields(place, json, &names);
        Condition {
            question: fields.optional("question", Self::word),
            item: fields.optional("item", Self::word),
            any_of: fields.list("any_of", Self::word),
            answered: fields.optional("answered", Self::yes),
            at_least: fields.optional("at_least", Self::number),
            at_most: fields.optional("at_most", Self::number),
            all: fields.list("all", Self::condition),
            any: fields.list("any", Self::condition),
            not: fields.optional("not", Self::condition).map(Box::new),
        }
    }

    fn text(&self, place: &str, json: &Json) -> Text {
        let Json::Object(by) = json else {
            if !matches!(json, Json::Text(_)) {
                self.wanted(place, "a string, or strings by language");
            }
            return Text::Plain(self.word(place, json));
        };
        let wordings = by.iter().map(|(tag, wording)| {
            let wording = self.word(&under(place, tag), wording);
            (tag.clone(), wording)
        });
        Text::ByLanguage(wordings.collect())
    }

    fn kind(&self, place: &str, json: &Json) -> Kind {
        const KINDS: [Kind; 6] = [
            Kind::Rating,
            Kind::Choice,
            Kind::Text,
            Kind::Phone,
            Kind::YesNo,
            Kind::Number,
        ];
        let name = self.word(place, json);
        let found = KINDS.into_iter().find(|kind| kind.name() == name);
        found.unwrap_or_else(|| {
            self.wrong(place, &["there is no type `", &name, "`"]);
            Kind::Text
        })
    }

    fn word(&self, place: &str, json: &Json) -> String {
        if let Json::Text(word) = json {
            return word.clone();
        }
        self.wanted(place, "a string");
        String::new()
    }

    fn yes(&self, place: &str, json: &Json) -> bool {
        if let Json::Flag(flag) = json {
            return *flag;
        }
        self.wanted(place, "true or false");
        false
    }

    fn number(&self, place: &str, json: &Json) -> f64 {
        if let Json::Number(number) = json {
            return *number;
        }
        self.wanted(place, "a number");
        0.0
    }

    fn whole(&self, place: &str, json: &Json) -> u32 {
        let number = self.number(place, json);
        if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
            self.wanted(place, "a whole number");
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "what does not fit is a mistake, and goes no further"
        )]
        let whole = number as u32;
        whole
    }

    fn small(&self, place: &str, json: &Json) -> u8 {
        u8::try_from(self.whole(place, json)).unwrap_or_else(|_| {
            self.wanted(place, "a whole number up to 255");
            0
        })
    }

    /// The fields of `json`, which has none but `names`.
    fn fields<'a>(&'a self, place: &'a str, json: &'a Json, names: &[&str]) -> Fields<'a> {
        let fields: &[(String, Json)] = if let Json::Object(fields) = json {
            fields
        } else {
            self.wanted(place, "an object");
            &[]
        };
        for (name, _) in fields {
            if !names.contains(&name.as_str()) {
                self.wrong(&under(place, name), &["there is no such field"]);
            }
        }
        Fields {
            reader: self,
            place,
            fields,
        }
    }
}

/// The fields of an object at a place.
struct Fields<'a> {
    reader: &'a Reader,
    place: &'a str,
    fields: &'a [(String, Json)],
}

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<&'a Json> {
        let found = self.fields.iter().find(|(key, _)| key == name);
        found
            .map(|(_, json)| json)
            .filter(|json| !matches!(json, Json::Null))
    }

    /// Where `name` stands, and what is there; what is missing is a mistake.
    fn needed(&self, name: &str) -> (String, &'a Json) {
        let place = under(self.place, name);
        let json = self.get(name).unwrap_or_else(|| {
            self.reader.wrong(&place, &["is missing"]);
            &Json::Null
        });
        (place, json)
    }

    fn optional<T>(&self, name: &str, read: Read<T>) -> Option<T> {
        let json = self.get(name)?;
        Some(read(self.reader, &under(self.place, name), json))
    }

    fn need<T>(&self, name: &str, read: Read<T>) -> T {
        let (place, json) = self.needed(name);
        read(self.reader, &place, json)
    }

    fn flag(&self, name: &str) -> bool {
        self.optional(name, Reader::yes).unwrap_or_default()
    }

    fn list<T>(&self, name: &str, read: Read<T>) -> Option<Vec<T>> {
        self.get(name).map(|_| self.need_list(name, read))
    }

    fn need_list<T>(&self, name: &str, read: Read<T>) -> Vec<T> {
        let (place, json) = self.needed(name);
        let Json::List(parts) = json else {
            self.reader.wanted(&place, "a list");
            return Vec::new();
        };
        let mut list = Vec::with_capacity(parts.len());
        for (n, part) in parts.iter().enumerate() {
            let place = [&place, "[", &n.to_string(), "]"].concat();
            list.push(read(self.reader, &place, part));
        }
        list
    }
}

fn under(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        [place, ".", name].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn tree(value: &Value) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Flag(*flag),
            Value::Number(number) => Json::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => Json::Text(text.clone()),
            Value::Array(list) => Json::List(list.iter().map(tree).collect()),
            Value::Object(map) => {
                Json::Object(map.iter().map(|(k, v)| (k.clone(), tree(v))).collect())
            }
        }
    }

    fn read(text: &str) -> Result<Definition, Mistake> {
        definition(&tree(&serde_json::from_str(text).expect("JSON")))
    }

    #[test]
    fn every_ready_survey_reads_as_the_model_reads_it() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/surveys");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).expect("the surveys") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "json") {
                let text = std::fs::read_to_string(&path).expect("a survey");
                let model: Definition = serde_json::from_str(&text).expect("a definition");
                assert_eq!(read(&text), Ok(model), "{}", path.display());
                count += 1;
            }
        }
        assert!(count >= 12, "{count} surveys");
    }

    /// A definition with every field there is. One that the model gains and this
    /// file does not know fails here.
    #[test]
    fn every_field_reads_as_the_model_reads_it() {
        let text = r#"{"$schema": "s", "id": "a", "version": 7, "title": {"en": "t", "zh-Hans": "题"},
            "intro": "i", "thanks": {"en": "th"}, "languages": ["en", "zh-Hans"],
            "questions": [
              {"id": "r", "type": "rating", "title": "t", "help": "h", "required": true, "personal": true, "new_page": true,
               "scale": {"levels": [{"id": "x", "label": "X", "mood": 5}, {"id": "y", "label": {"en": "Y"}}]},
               "items": [{"id": "i", "label": "I"}]},
              {"id": "c", "type": "choice", "title": "t", "multiple": true,
               "choices": [{"id": "x", "label": "X", "exclusive": true}, {"id": "other", "label": "O"}]},
              {"id": "t", "type": "text", "title": "t", "max_chars": 9},
              {"id": "p", "type": "phone", "title": "t"}, {"id": "y", "type": "yes_no", "title": "t"},
              {"id": "n", "type": "number", "title": "t", "min": -1.5, "max": 1e3, "decimals": 2, "unit": "km",
               "visible_if": {"all": [{"question": "r", "item": "i", "any_of": ["x"]}, {"any": [{"question": "t", "answered": true}]},
                                      {"not": {"question": "n", "at_least": 1.5, "at_most": 2.5}}]}}
            ]}"#;
        let model: Definition = serde_json::from_str(text).expect("a definition");
        assert_eq!(read(text), Ok(model.clone()));
        // Nothing of it is what a field holds that was passed over.
        let printed = serde_json::to_value(&model).expect("JSON");
        assert_eq!(printed, serde_json::from_str::<Value>(text).expect("JSON"));
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_place() {
        for (text, place, sentence) in [
            ("[]", "", "must be an object"),
            (r#"{"id": "a"}"#, "version", "is missing"),
            (r#"{"id": 1}"#, "id", "must be a string"),
            (
                r#"{"id": "a", "version": 1.5}"#,
                "version",
                "must be a whole number",
            ),
            (
                r#"{"id": "a", "vresion": 1}"#,
                "vresion",
                "there is no such field",
            ),
            (
                r#"{"id": "a", "version": 1, "title": {"en": 1}}"#,
                "title.en",
                "must be a string",
            ),
            (
                r#"{"id": "a", "version": 1, "title": "t", "questions": {}}"#,
                "questions",
                "must be a list",
            ),
            (
                r#"{"id": "a", "version": 1, "title": "t", "questions": [{"id": "q", "type": "star"}]}"#,
                "questions[0].type",
                "there is no type `star`",
            ),
            (
                r#"{"id": "a", "version": 1, "title": "t", "questions": [{"id": "q", "type": "text", "title": "t", "visible_if": {"all": [{"question": 1}]}}]}"#,
                "questions[0].visible_if.all[0].question",
                "must be a string",
            ),
        ] {
            let found = read(text).expect_err(text);
            assert_eq!(
                (found.place.as_str(), found.sentence.as_str()),
                (place, sentence)
            );
        }
    }
}

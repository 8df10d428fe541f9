//! A definition from JSON, field by field: what the model's own types take through
//! serde, with the place of what does not fit.

use manyi_model::definition::{Choice, Definition, Item, Kind, Question};
use manyi_model::{Condition, Level, Scale, Text};

use crate::element::config::Mistake;
use crate::element::json::Json;

type Read<T> = Result<T, Mistake>;

/// The definition that `json` is.
pub fn definition(json: &Json) -> Read<Definition> {
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
    let fields = Fields::of("", json, &names)?;
    Ok(Definition {
        schema: fields.optional("$schema", word)?,
        id: fields.need("id", word)?,
        version: fields.need("version", whole)?,
        title: fields.need("title", text)?,
        intro: fields.optional("intro", text)?,
        thanks: fields.optional("thanks", text)?,
        languages: fields.list("languages", word)?.unwrap_or_default(),
        questions: fields
            .list("questions", question)?
            .ok_or_else(|| fields.missing("questions"))?,
    })
}

fn question(place: &str, json: &Json) -> Read<Question> {
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
    let fields = Fields::of(place, json, &names)?;
    Ok(Question {
        id: fields.need("id", word)?,
        kind: fields.need("type", kind)?,
        title: fields.need("title", text)?,
        help: fields.optional("help", text)?,
        required: fields.optional("required", flag)?.unwrap_or_default(),
        personal: fields.optional("personal", flag)?.unwrap_or_default(),
        new_page: fields.optional("new_page", flag)?.unwrap_or_default(),
        scale: fields.optional("scale", scale)?,
        items: fields.list("items", item)?.unwrap_or_default(),
        choices: fields.list("choices", choice)?.unwrap_or_default(),
        multiple: fields.optional("multiple", flag)?.unwrap_or_default(),
        max_chars: fields.optional("max_chars", whole)?,
        min: fields.optional("min", number)?,
        max: fields.optional("max", number)?,
        decimals: fields.optional("decimals", small)?,
        unit: fields.optional("unit", text)?,
        visible_if: fields.optional("visible_if", condition)?,
    })
}

fn item(place: &str, json: &Json) -> Read<Item> {
    let fields = Fields::of(place, json, &["id", "label"])?;
    Ok(Item {
        id: fields.need("id", word)?,
        label: fields.need("label", text)?,
    })
}

fn choice(place: &str, json: &Json) -> Read<Choice> {
    let fields = Fields::of(place, json, &["id", "label", "exclusive"])?;
    Ok(Choice {
        id: fields.need("id", word)?,
        label: fields.need("label", text)?,
        exclusive: fields.optional("exclusive", flag)?.unwrap_or_default(),
    })
}

fn scale(place: &str, json: &Json) -> Read<Scale> {
    if let Json::Text(name) = json {
        return Ok(Scale::Named(name.clone()));
    }
    let fields = Fields::of(place, json, &["levels"])?;
    let levels = fields.list("levels", level)?;
    levels
        .map(Scale::Inline)
        .ok_or_else(|| fields.missing("levels"))
}

fn level(place: &str, json: &Json) -> Read<Level> {
    let fields = Fields::of(place, json, &["id", "label", "mood"])?;
    Ok(Level {
        id: fields.need("id", word)?,
        label: fields.need("label", text)?,
        mood: fields.optional("mood", small)?,
    })
}

fn condition(place: &str, json: &Json) -> Read<Condition> {
    let names = [
        "question", "item", "any_of", "answered", "at_least", "at_most", "all", "any", "not",
    ];
    let fields = Fields::of(place, json, &names)?;
    Ok(Condition {
        question: fields.optional("question", word)?,
        item: fields.optional("item", word)?,
        any_of: fields.list("any_of", word)?,
        answered: fields.optional("answered", flag)?,
        at_least: fields.optional("at_least", number)?,
        at_most: fields.optional("at_most", number)?,
        all: fields.list("all", condition)?,
        any: fields.list("any", condition)?,
        not: fields.optional("not", condition)?.map(Box::new),
    })
}

fn text(place: &str, json: &Json) -> Read<Text> {
    match json {
        Json::Text(plain) => Ok(Text::Plain(plain.clone())),
        Json::Object(by) => {
            let mut pairs = Vec::with_capacity(by.len());
            for (tag, wording) in by {
                pairs.push((tag.clone(), word(&under(place, tag), wording)?));
            }
            Ok(Text::ByLanguage(pairs.into_iter().collect()))
        }
        _ => Err(wanted(place, "a string, or strings by language")),
    }
}

fn kind(place: &str, json: &Json) -> Read<Kind> {
    const KINDS: [Kind; 6] = [
        Kind::Rating,
        Kind::Choice,
        Kind::Text,
        Kind::Phone,
        Kind::YesNo,
        Kind::Number,
    ];
    let name = word(place, json)?;
    let found = KINDS.into_iter().find(|kind| kind.name() == name);
    found.ok_or_else(|| mistake(place, &["there is no type `", &name, "`"].concat()))
}

fn word(place: &str, json: &Json) -> Read<String> {
    match json {
        Json::Text(word) => Ok(word.clone()),
        _ => Err(wanted(place, "a string")),
    }
}

fn flag(place: &str, json: &Json) -> Read<bool> {
    match json {
        Json::Flag(flag) => Ok(*flag),
        _ => Err(wanted(place, "true or false")),
    }
}

fn number(place: &str, json: &Json) -> Read<f64> {
    match json {
        Json::Number(number) => Ok(*number),
        _ => Err(wanted(place, "a number")),
    }
}

fn whole(place: &str, json: &Json) -> Read<u32> {
    match json {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and within bounds by the guard"
        )]
        Json::Number(number)
            if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number) =>
        {
            Ok(*number as u32)
        }
        _ => Err(wanted(place, "a whole number")),
    }
}

fn small(place: &str, json: &Json) -> Read<u8> {
    u8::try_from(whole(place, json)?).map_err(|_| wanted(place, "a whole number up to 255"))
}

/// The fields of an object at a place.
struct Fields<'a> {
    place: &'a str,
    fields: &'a [(String, Json)],
}

type Reader<T> = fn(&str, &Json) -> Read<T>;

impl<'a> Fields<'a> {
    /// Those of `json`, which has none but `names`.
    fn of(place: &'a str, json: &'a Json, names: &[&str]) -> Read<Self> {
        let Json::Object(fields) = json else {
            return Err(wanted(place, "an object"));
        };
        match fields
            .iter()
            .find(|(name, _)| !names.contains(&name.as_str()))
        {
            Some((name, _)) => Err(mistake(&under(place, name), "there is no such field")),
            None => Ok(Self { place, fields }),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Json> {
        let found = self.fields.iter().find(|(key, _)| key == name);
        found
            .map(|(_, json)| json)
            .filter(|json| **json != Json::Null)
    }

    fn optional<T>(&self, name: &str, read: Reader<T>) -> Read<Option<T>> {
        let json = self.get(name);
        json.map(|json| read(&under(self.place, name), json))
            .transpose()
    }

    fn need<T>(&self, name: &str, read: Reader<T>) -> Read<T> {
        self.optional(name, read)?.ok_or_else(|| self.missing(name))
    }

    fn list<T>(&self, name: &str, read: Reader<T>) -> Read<Option<Vec<T>>> {
        let place = under(self.place, name);
        let parts = match self.get(name) {
            None => return Ok(None),
            Some(Json::List(parts)) => parts,
            Some(_) => return Err(wanted(&place, "a list")),
        };
        let mut list = Vec::with_capacity(parts.len());
        for (n, part) in parts.iter().enumerate() {
            list.push(read(&[&place, "[", &n.to_string(), "]"].concat(), part)?);
        }
        Ok(Some(list))
    }

    fn missing(&self, name: &str) -> Mistake {
        mistake(&under(self.place, name), "is missing")
    }
}

fn under(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        [place, ".", name].concat()
    }
}

fn wanted(place: &str, what: &str) -> Mistake {
    mistake(place, &["must be ", what].concat())
}

fn mistake(place: &str, sentence: &str) -> Mistake {
    Mistake {
        place: place.to_owned(),
        sentence: sentence.to_owned(),
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

    fn read(text: &str) -> Read<Definition> {
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

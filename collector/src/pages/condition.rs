//! Questions that apply to some answers only, hidden without script: one CSS
//! rule for each. Where `:has()` is not known all are shown, with a line that
//! says when to fill them in; the collector drops what does not apply.

use manyi_model::{Condition, Definition, Question};

/// The rules for `definition`; nothing where every question is always shown.
pub fn style(definition: &Definition) -> String {
    let mut rules = String::new();
    for question in &definition.questions {
        let shown_when = question
            .visible_if
            .as_ref()
            .and_then(|condition| on_form(condition, definition));
        if let Some(shown_when) = shown_when {
            let id = &question.id;
            rules.push_str(&format!(
                ".manyi-form[data-survey=\"{}\"]:not({shown_when}) [data-question=\"{id}\"]{{display:none}}\
                 .manyi-form [data-question=\"{id}\"] .manyi-if{{display:none}}",
                definition.id,
            ));
        }
    }
    if rules.is_empty() {
        return rules;
    }
    format!("@supports selector(:has(*)){{{rules}}}")
}

/// The condition as a selector that the form matches when it holds. `None` for
/// what a selector cannot say (numbers, written text): the question stays shown.
fn on_form(condition: &Condition, definition: &Definition) -> Option<String> {
    let each = |parts: &[Condition]| -> Option<Vec<String>> {
        parts.iter().map(|part| on_form(part, definition)).collect()
    };
    if let Some(all) = &condition.all {
        return Some(each(all)?.concat());
    }
    if let Some(any) = &condition.any {
        return Some(format!(":is({})", each(any)?.join(",")));
    }
    if let Some(not) = &condition.not {
        return Some(format!(":not({})", on_form(not, definition)?));
    }
    let question = definition.question(condition.question.as_deref()?)?;
    let item = condition.item.as_deref();
    let of = |value: Option<&str>| {
        let selectors = names(question, item).into_iter().map(|name| {
            let value = value
                .map(|value| format!("[value=\"{value}\"]"))
                .unwrap_or_default();
            format!("[name=\"{name}\"]{value}:checked")
        });
        selectors.collect::<Vec<_>>().join(",")
    };
    let chosen = match (&condition.any_of, condition.answered) {
        (Some(ids), _) => {
            let any = ids.iter().map(|id| of(Some(id)));
            format!(":has({})", any.collect::<Vec<_>>().join(","))
        }
        (None, Some(answered)) if has_marks(question) => {
            let any = format!(":has({})", of(None));
            if answered {
                any
            } else {
                format!(":not({any})")
            }
        }
        _ => return None,
    };
    // A question that is hidden itself counts as unanswered.
    match &question.visible_if {
        Some(outer) => Some(on_form(outer, definition)? + &chosen),
        None => Some(chosen),
    }
}

/// Whether its answer is a mark that `:checked` sees.
fn has_marks(question: &Question) -> bool {
    use manyi_model::Kind;
    matches!(question.kind, Kind::Rating | Kind::Choice | Kind::YesNo)
}

/// The names of the fields: one, or one for each item.
fn names(question: &Question, item: Option<&str>) -> Vec<String> {
    let id = &question.id;
    match item {
        Some(item) => vec![format!("answers.{id}.{item}")],
        None if question.items.is_empty() => vec![format!("answers.{id}")],
        None => question
            .items
            .iter()
            .map(|item| format!("answers.{id}.{}", item.id))
            .collect(),
    }
}

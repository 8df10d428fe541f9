//! The free texts worth reading: looked up when someone reads, out of the responses, so
//! that what a person had deleted is nowhere else. Those of personal questions are not
//! among them; long numbers are starred out.

use manyi_model::Response;

use super::counts::{Worth, text};
use super::wordings::Wordings;
use super::{Error, Report};
use crate::personal;
use crate::store::Store;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Where it stands.
    pub worth: Worth,
    /// The window, where one is named.
    pub window: Option<String>,
    /// What was asked.
    pub asked: String,
    /// What was said; `None` where the response has been deleted since.
    pub text: Option<String>,
}

/// The first `most` of a report, the most urgent first.
///
/// # Errors
/// When the database fails, or a row in it is not what was put there.
pub async fn texts(store: &Store, report: &Report, most: usize) -> Result<Vec<Said>, Error> {
    let wordings = Wordings::load(store).await?;
    let mut said = Vec::new();
    for worth in report.counts.texts.iter().take(most) {
        let body = store.response(&worth.response).await?;
        let response: Option<Response> = body
            .map(|body| serde_json::from_str(&body))
            .transpose()
            .map_err(|error| {
            Error::Row(format!("a stored response cannot be read: {error}"))
        })?;
        let found = response.as_ref().and_then(|response| {
            let definition = wordings.version(&worth.survey, response.survey.version)?;
            let question = definition.question(&worth.question)?;
            let is_open = !question.personal;
            let answer = response.answers.get(&worth.question).filter(|_| is_open)?;
            text(question, answer)
        });
        said.push(Said {
            asked: wordings.asked(&worth.survey, &worth.question).to_owned(),
            window: response
                .as_ref()
                .and_then(|response| response.subject.as_ref()?.window.clone()),
            text: found.map(personal::starred),
            worth: worth.clone(),
        });
    }
    Ok(said)
}

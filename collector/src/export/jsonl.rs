//! One JSON object a line: the response with what the server added.

use std::io::Write;

use manyi_model::Mode;
use serde_json::Value;

use super::Error;
use crate::clock;
use crate::store::Store;
use crate::store::responses::Which;

/// The fields that a response may leave out: `null` here, so that every line
/// has the same ones.
const CONTRACT: [&str; 10] = [
    "mode",
    "asked_by",
    "subject",
    "language",
    "device",
    "started_at",
    "submitted_at",
    "duration_ms",
    "invitation",
    "widget",
];

pub(super) async fn write(
    store: &Store,
    which: Which,
    survey: Option<&str>,
    out: &mut impl Write,
) -> Result<u64, Error> {
    let mut count = 0;
    store
        .each_response(which, survey, |stored| {
            let mut line: Value = serde_json::from_str(&stored.body)
                .map_err(|error| Error::Row(format!("a stored response is not JSON: {error}")))?;
            for field in CONTRACT {
                if line[field].is_null() {
                    line[field] = Value::Null;
                }
            }
            if line["mode"].is_null() {
                line["mode"] = Mode::default().name().into();
            }
            line["received_at"] = clock::rfc3339(stored.received_at).into();
            line["content_hash"] = stored.content_hash.into();
            line["definition_hash"] = stored.definition_hash.into();
            line["duty_officer"] = stored.duty_officer.into();
            line["mark"] = stored.mark.into();
            writeln!(out, "{line}")?;
            count += 1;
            Ok::<(), Error>(())
        })
        .await?;
    Ok(count)
}

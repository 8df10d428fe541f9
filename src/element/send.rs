//! A submission, from the tap to the outcome: by the host's own delivery where it
//! offers one, else by our post.

use std::rc::Rc;

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response as Answer;

use super::app::{App, debug_panic, parsed};
use super::surface::events;
use super::{json, port};
use crate::delivery::outcome::classify;
use crate::delivery::{self, Format, Outcome, Parcel, Proof, Route, Why, transport};
use crate::visit::{Action, Failure, Phase, Visit};

impl App {
    /// Sends the visit, which is in [`Phase::Sending`].
    pub(super) fn send(self: &Rc<Self>) {
        let Some(response) = self.response(Visit::sendable) else {
            return;
        };
        let text = json::response(&response);
        let plain = parsed(&text);
        let id = response.id.clone();
        let mut detail = vec![("id", id.as_str().into()), ("survey", self.survey_ref())];
        if self.config().answers_in_events {
            detail.push(("response", plain.clone()));
        }
        let host = self.port.submit(&port::object(&detail), &plain);
        debug_panic(&self.port, "submit");
        // A listener may have reset the survey meanwhile.
        let still = |visit: Rc<Visit>| visit.id == id && visit.phase == Phase::Sending;
        if !self.visit().is_some_and(still) {
            return;
        }
        if host.is_null() {
            self.dispatch(Action::Recalled);
            return;
        }
        let config = self.config();
        let proof = config.proof;
        let route = config.endpoint.clone().map(|endpoint| Route {
            endpoint,
            headers: config.headers.clone(),
            credentials: config.credentials,
            proof,
        });
        let parcel = Parcel {
            id,
            format: config.format,
            body: match config.format {
                Format::Json => text,
                Format::Form => delivery::form_body(&response),
            },
        };
        drop(config);
        let app = self.clone();
        spawn_local(async move {
            let outcome = match (host.dyn_into::<Promise>(), route) {
                (Ok(promise), _) => by_host(&parcel.id, proof, promise).await,
                (Err(_), Some(route)) => transport::post(&parcel, &route).await,
                (Err(_), None) => {
                    let sentence =
                        "is missing, and no `manyi-submit` listener delivers the rating.";
                    app.port
                        .fail("config", sentence, super::surface::ENDPOINT.name);
                    Outcome::Retry {
                        after_ms: None,
                        why: Why::Server,
                    }
                }
            };
            app.arrived(&parcel.id, outcome);
        });
    }

    fn arrived(self: &Rc<Self>, id: &str, outcome: Outcome) {
        // After a reset the outcome is news for the host only.
        let is_ours = self.visit().is_some_and(|visit| visit.id == id);
        let step = |action| {
            if is_ours {
                self.dispatch(action);
            }
        };
        match outcome {
            Outcome::Delivered { receipt } => {
                step(Action::Delivered {
                    receipt: receipt.clone(),
                });
                self.emit(
                    &events::DELIVERED,
                    &[("id", id.into()), ("receipt", receipt.into())],
                );
            }
            Outcome::Retry { why, .. } => {
                step(Action::Failed {
                    failure: failure(why),
                    problems: Vec::new(),
                });
                self.emit(
                    &events::QUEUED,
                    &[
                        ("id", id.into()),
                        ("why", why.name().into()),
                        ("where", "page".into()),
                    ],
                );
            }
            Outcome::Quarantined {
                why,
                status,
                problems,
            } => {
                let named = port::problems(&problems);
                step(Action::Failed {
                    failure: failure(why),
                    problems,
                });
                self.emit(
                    &events::REJECTED,
                    &[
                        ("id", id.into()),
                        ("why", why.name().into()),
                        ("status", status.into()),
                        ("problems", named),
                    ],
                );
            }
        }
    }
}

fn failure(why: Why) -> Failure {
    match why {
        Why::Network => Failure::Network,
        Why::Server => Failure::Server,
        Why::Answer => Failure::Answer,
        Why::Refused => Failure::Refused,
        Why::Conflict => Failure::Conflict,
    }
}

/// What the host's promise says. An answer of `fetch` is judged as ours would be;
/// `false` and a rejection say that it did not arrive; anything else is the host's
/// word that it did, with the receipt it may name.
async fn by_host(id: &str, proof: Proof, promise: Promise) -> Outcome {
    let value = match JsFuture::from(promise).await {
        Ok(value) if value != false => value,
        _ => {
            return Outcome::Retry {
                after_ms: None,
                why: Why::Server,
            };
        }
    };
    if let Some(answer) = value.dyn_ref::<Answer>() {
        return classify(proof, id, &transport::read(answer).await);
    }
    let named = Reflect::get(&value, &"receipt".into()).ok();
    let receipt = value
        .as_string()
        .or_else(|| named.and_then(|receipt| receipt.as_string()))
        .filter(|receipt| !receipt.is_empty());
    Outcome::Delivered {
        receipt: receipt.unwrap_or_else(|| id.to_owned()),
    }
}

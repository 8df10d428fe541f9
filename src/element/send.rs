//! A submission, from the tap to what became of it: by the host's own delivery where
//! it offers one, else by way of the outbox.

use std::rc::Rc;

use js_sys::{Array, JSON, Promise};
use manyi_model::fields;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response as Answer;

use super::app::{App, debug_panic, parsed};
use super::port::{field, word};
use super::respond::private;
use super::surface::events;
use super::{json, port, problems};
use crate::visit::{Action, Failure, Phase, Queue, Visit};

impl App {
    /// Sends the visit, which is in [`Phase::Sending`].
    pub(super) fn send(self: &Rc<Self>) {
        let Some(response) = self.response(Visit::sendable) else {
            return;
        };
        let Some(visit) = self.visit() else { return };
        let plain = parsed(&json::response(&response));
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
        self.sent.borrow_mut().push(id.clone());
        let app = self.clone();
        if let Ok(promise) = host.dyn_into::<Promise>() {
            spawn_local(async move {
                let said = app.by_host(&id, promise).await;
                app.became(&id, &said);
            });
            return;
        }
        let config = self.config();
        let Some(endpoint) = config.endpoint.clone() else {
            drop(config);
            let sentence = "is missing, and no `manyi-submit` listener delivers the rating.";
            let place = super::surface::ENDPOINT.name;
            self.port.fail("config", sentence, place);
            self.became(&id, &kept("server"));
            return;
        };
        let headers: Array = port::pairs(config.headers.iter().map(|(a, b)| (&**a, &**b)));
        let private = private(&visit.definition, &response.answers, config.seal_all);
        let private: Array = private.iter().map(|id| JsValue::from(*id)).collect();
        let record = port::object(&[
            ("id", id.as_str().into()),
            ("survey", visit.definition.id.as_str().into()),
            ("endpoint", endpoint.into()),
            ("format", config.format.as_str().into()),
            ("credentials", config.credentials.as_str().into()),
            ("proof", config.proof.as_str().into()),
        ]);
        let mut parcel = vec![
            ("record", record),
            ("headers", headers.into()),
            ("personal", private.into()),
            (
                "sealingKey",
                config
                    .sealing_key
                    .as_deref()
                    .map_or(JsValue::UNDEFINED, JsValue::from),
            ),
        ];
        if config.seal_all {
            parcel.push(("whole", JsValue::TRUE));
        }
        if visit.agreed {
            parcel.push(("agreed", JsValue::TRUE));
        }
        if cfg!(debug_assertions) {
            let panic = self.port.attribute("debug-panic");
            parcel.push(("panic", panic.map_or(JsValue::UNDEFINED, JsValue::from)));
        }
        if config.format == "form" {
            let fields = fields::of(&response);
            let fields: Array = port::pairs(fields.iter().map(|(a, b)| (&**a, &**b)));
            parcel.push(("fields", fields.into()));
        } else {
            parcel.push(("response", plain));
        }
        drop(config);
        let parcel = port::object(&parcel);
        spawn_local(async move {
            let said = app.by_outbox(&parcel).await;
            app.became(&id, &said);
        });
    }

    /// Hands the parcel to the outbox. One that dies over it is asked again once: it
    /// is a fresh one then, and what the dead one had saved is the same id.
    async fn by_outbox(&self, parcel: &JsValue) -> JsValue {
        for _ in 0..2 {
            let promise = self.port.outbox("outbox_submit", &Array::of1(parcel));
            if let Ok(said) = JsFuture::from(promise).await {
                return said;
            }
            if cfg!(debug_assertions) {
                // A test's panic happens once.
                let _ = js_sys::Reflect::delete_property(
                    parcel.unchecked_ref::<js_sys::Object>(),
                    &"panic".into(),
                );
            }
        }
        // Its files could not be fetched: no connection, and nothing saved either.
        kept("network")
    }

    /// What the host's promise says. An answer of `fetch` is judged as ours would be;
    /// `false` and a rejection say that it did not arrive; anything else is the host's
    /// word that it did, with the receipt it may name.
    async fn by_host(&self, id: &str, promise: Promise) -> JsValue {
        let value = match JsFuture::from(promise).await {
            Ok(value) if value != false => value,
            _ => return kept("server"),
        };
        if value.is_instance_of::<Answer>() {
            let given = Array::of3(&value, &id.into(), &self.config().proof.as_str().into());
            let judged = JsFuture::from(self.port.outbox("outbox_judge", &given)).await;
            return judged.unwrap_or_else(|_| kept("network"));
        }
        let named = value.as_string().unwrap_or_else(|| word(&value, "receipt"));
        let receipt = if named.is_empty() { id } else { &named };
        port::object(&[("state", "delivered".into()), ("receipt", receipt.into())])
    }

    /// Shows and says what became of the response `id`, of this visit or of an earlier
    /// one. Its fields are those of the outbox's answers.
    pub(super) fn became(self: &Rc<Self>, id: &str, said: &JsValue) {
        // After a reset it is news for the host only.
        let is_ours = self.visit().is_some_and(|visit| visit.id == id);
        let step = |action| {
            if is_ours {
                self.dispatch(action);
            }
        };
        let why = word(said, "why");
        let about = ("id", JsValue::from(id));
        match word(said, "state").as_str() {
            "delivered" => {
                let receipt = word(said, "receipt");
                step(Action::Delivered {
                    receipt: receipt.clone(),
                });
                self.emit(&events::DELIVERED, &[about, ("receipt", receipt.into())]);
            }
            "rejected" => {
                let problems = JSON::parse(&word(said, "problems")).unwrap_or_default();
                let problems = problems::read(&problems);
                let named = port::problems(&problems);
                step(Action::Failed {
                    failure: failure(&why, ""),
                    problems,
                });
                let status = field(said, "status");
                self.emit(
                    &events::REJECTED,
                    &[
                        about,
                        ("why", why.into()),
                        ("status", status),
                        ("problems", named),
                    ],
                );
            }
            state => {
                let is_saved = state == "saved";
                step(if is_saved {
                    Action::Saved
                } else {
                    Action::Failed {
                        failure: failure(&why, &word(said, "unsaved")),
                        problems: Vec::new(),
                    }
                });
                let place = if is_saved { "device" } else { "page" };
                self.emit(
                    &events::QUEUED,
                    &[about, ("why", why.into()), ("where", place.into())],
                );
            }
        }
    }

    /// So many things lie on the device. Also where the number is the same as before this
    /// draws the survey again: the first time after it is shown, when there is time to
    /// make what is not asked yet.
    pub(super) fn count(self: &Rc<Self>, said: &JsValue) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` saturates, and the number is only shown"
        )]
        let count = |name| field(said, name).as_f64().unwrap_or_default() as u32;
        let queue = Queue {
            waiting: count("waiting"),
            apart: count("quarantined"),
        };
        self.dispatch(Action::Queue(queue));
    }
}

fn kept(why: &str) -> JsValue {
    port::object(&[("state", "kept".into()), ("why", why.into())])
}

fn failure(why: &str, unsaved: &str) -> Failure {
    match (unsaved, why) {
        ("unprotected", _) => Failure::Unsealed,
        ("full" | "failed", _) => Failure::Unsaved,
        (_, "network") => Failure::Network,
        (_, "answer") => Failure::Answer,
        (_, "refused") => Failure::Refused,
        (_, "conflict") => Failure::Conflict,
        _ => Failure::Server,
    }
}

//! Who waits for the end of a submission: callers of `submit()` and `flush()`, and
//! the class before it takes a removed element down.

use std::cell::RefCell;

use js_sys::{Error, Function, Promise};
use wasm_bindgen::prelude::*;

use super::port::object;
use crate::visit::{Failure, Phase, Visit};

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The receipt, or an error.
    Receipt,
    /// The end, whatever it is.
    End,
}

/// Those who wait.
#[derive(Default)]
pub struct Waiting(RefCell<Vec<(Wish, Function, Function)>>);

impl Waiting {
    /// A promise that is settled when nothing is under way any more.
    pub fn promise(&self, wish: Wish) -> Promise {
        Promise::new(&mut |resolve, reject| self.0.borrow_mut().push((wish, resolve, reject)))
    }

    /// Answers everybody, unless answers are still under way.
    pub fn settle(&self, visit: &Visit) {
        if visit.phase == Phase::Sending {
            return;
        }
        for (wish, resolve, reject) in self.0.take() {
            // A resolver does not throw.
            let _ = match wish {
                Wish::Receipt => match receipt(visit) {
                    Ok(receipt) => resolve.call1(&JsValue::NULL, &receipt),
                    Err(error) => reject.call1(&JsValue::NULL, &error),
                },
                Wish::End => resolve.call0(&JsValue::NULL),
            };
        }
    }
}

fn receipt(visit: &Visit) -> Result<JsValue, JsValue> {
    let (name, message) = match &visit.phase {
        Phase::Done { receipt, is_saved } => {
            return Ok(object(&[
                ("id", visit.id.as_str().into()),
                ("receipt", receipt.as_str().into()),
                ("saved", (*is_saved).into()),
            ]));
        }
        Phase::Failed(Failure::Refused | Failure::Conflict) => {
            ("rejected", "The server refuses this rating.")
        }
        Phase::Failed(_) => (
            "kept",
            "The rating has not arrived. It is kept in the page.",
        ),
        _ if visit.problems.is_empty() => ("cancelled", "The submission was taken back."),
        _ => ("invalid", "The answers do not fit yet."),
    };
    let error = Error::new(message);
    error.set_name(name);
    Err(error.into())
}

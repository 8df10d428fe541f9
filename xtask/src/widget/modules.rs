//! The four Wasm modules that a page may load.

use crate::failure::Outcome;

/// One thing for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules<T> {
    /// What draws the survey.
    pub widget: T,
    /// What delivers the responses; a page loads it after the survey is on screen.
    pub outbox: T,
    /// The list of what lies on the device; loaded when staff open it.
    pub queue: T,
    /// The tablet at the window; the kiosk page alone loads it.
    pub kiosk: T,
}

impl<T> Modules<T> {
    /// Each with the name that its files begin with.
    pub fn named(self) -> [(&'static str, T); 4] {
        [
            ("manyi", self.widget),
            ("manyi_outbox", self.outbox),
            ("manyi_queue", self.queue),
            ("manyi_kiosk", self.kiosk),
        ]
    }

    /// The same step for each, told the name that its files begin with.
    pub fn each<U>(self, step: impl Fn(&str, T) -> Outcome<U>) -> Outcome<Modules<U>> {
        let [widget, outbox, queue, kiosk] = self.named().map(|(name, one)| step(name, one));
        Ok(Modules {
            widget: widget?,
            outbox: outbox?,
            queue: queue?,
            kiosk: kiosk?,
        })
    }
}

//! Wakes the tablets of a window when there is something to show. What it is stands in
//! the database alone: who is woken for nothing, or not at all, is only late.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// Who listens at which window of which unit.
#[derive(Debug, Default)]
pub struct Hub {
    windows: Mutex<HashMap<(String, String), watch::Sender<()>>>,
}

impl Hub {
    /// Listens at a window, from now on: look into the database after this, not before.
    pub fn listen(&self, unit: &str, window: &str) -> watch::Receiver<()> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        // Windows where nobody listens any more.
        windows.retain(|_, sender| sender.receiver_count() > 0);
        let place = (unit.to_owned(), window.to_owned());
        let sender = windows
            .entry(place)
            .or_insert_with(|| watch::Sender::new(()));
        sender.subscribe()
    }

    /// Wakes who listens at a window, and says how many they are.
    pub fn wake(&self, unit: &str, window: &str) -> usize {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = windows.get(&(unit.to_owned(), window.to_owned()));
        sender.map_or(0, |sender| {
            sender.send_replace(());
            sender.receiver_count()
        })
    }
}

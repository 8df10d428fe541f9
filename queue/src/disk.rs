//! What staff have to know of the disk under the list, in words.

use crate::words::{Words, whole};

/// What the browser says of its disk. None where it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Disk {
    /// Whether it has agreed not to delete by itself what lies here.
    pub is_kept: Option<bool>,
    /// How many bytes more it would take.
    pub free_bytes: Option<f64>,
    /// Whether a rating is called saved only when the disk has it; none where nothing
    /// can be saved.
    pub is_strict: Option<bool>,
}

impl Disk {
    /// One sentence for each thing that is known, in the order of what to act on.
    pub fn sentences(&self, words: &Words) -> Vec<String> {
        let mut said = Vec::new();
        // Where nothing can be saved there is nothing to keep.
        if let Some(is_strict) = self.is_strict {
            // Who is not told so cannot rely on it.
            let is_kept = self.is_kept == Some(true);
            said.push(if is_kept { words.is_kept } else { words.may_go }.to_owned());
            let strict = if is_strict {
                words.is_strict
            } else {
                words.not_strict
            };
            said.push(strict.to_owned());
        }
        if let Some(bytes) = self.free_bytes {
            said.push(words.room.replace("{n}", &whole(bytes / 1e6)));
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn said(disk: Disk) -> Vec<String> {
        disk.sentences(words("en"))
    }

    #[test]
    fn what_was_granted_and_the_room_are_said() {
        let disk = Disk {
            is_kept: Some(true),
            free_bytes: Some(1_234_567_890.0),
            is_strict: Some(true),
        };
        assert_eq!(
            said(disk),
            [
                "The browser has agreed to keep what lies here.",
                "A rating counts as saved when the disk has it.",
                "Room for about 1234 MB more.",
            ]
        );
    }

    #[test]
    fn what_was_not_granted_is_said_and_so_is_what_nobody_says() {
        let words = words("en");
        for is_kept in [Some(false), None] {
            let disk = Disk {
                is_kept,
                free_bytes: None,
                is_strict: Some(false),
            };
            assert_eq!(said(disk), [words.may_go, words.not_strict]);
        }
    }

    #[test]
    fn less_than_nothing_is_no_room() {
        let disk = Disk {
            free_bytes: Some(-5.0),
            ..Disk::default()
        };
        assert_eq!(said(disk), ["Room for about 0 MB more."]);
    }

    #[test]
    fn without_a_disk_nothing_is_said_of_it() {
        let disk = Disk {
            is_kept: Some(true),
            ..Disk::default()
        };
        assert_eq!(said(disk), Vec::<String>::new());
    }
}

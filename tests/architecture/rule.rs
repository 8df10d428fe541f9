//! A rule over lines of code, tried on samples before it is tried on files.

use crate::sources::{code, is_test, read, root, under};

/// Words that may not stand in the code of some files.
pub struct Rule {
    /// Where it holds.
    pub places: &'static [&'static str],
    /// Where it does not.
    pub except: &'static [&'static str],
    /// What breaks it, in one line of code.
    pub breaks: fn(&str) -> bool,
    /// A line that breaks it, and one that does not.
    pub bad: &'static [&'static str],
    pub good: &'static [&'static str],
}

impl Rule {
    /// Tries the rule on its samples, then on the files.
    #[track_caller]
    pub fn holds(&self) {
        for line in self.bad {
            assert!((self.breaks)(line), "the rule does not see `{line}`");
        }
        for line in self.good {
            assert!(!(self.breaks)(line), "the rule refuses `{line}`");
        }
        for path in self.except {
            assert!(
                root().join(path).exists(),
                "{path} is an exception and does not exist"
            );
        }
        let files: Vec<String> = under(self.places)
            .into_iter()
            .filter(|path| {
                !is_test(path) && !self.except.iter().any(|except| path.starts_with(except))
            })
            .collect();
        assert!(!files.is_empty(), "no file under {:?}", self.places);
        let mut broken = Vec::new();
        for path in files {
            let text = read(&path);
            for (at, line) in code(&path, &text).lines().enumerate() {
                if (self.breaks)(line) {
                    broken.push(format!("{path}:{}: {}", at + 1, line.trim()));
                }
            }
        }
        assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    }
}

/// Whether one of these words stands in a line.
pub fn has(line: &str, words: &[&str]) -> bool {
    words.iter().any(|word| line.contains(word))
}

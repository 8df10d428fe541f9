//! The words after `cargo xtask COMMAND`.

use crate::failure::{Failure, Outcome};

/// What is still to be read of them.
#[derive(Debug)]
pub struct Arguments(Vec<String>);

impl Arguments {
    /// All of them, in order.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self(words.into_iter().collect())
    }

    /// Takes `name VALUE` or `name=VALUE` out.
    pub fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let joined = format!("{name}=");
        if let Some(at) = self.0.iter().position(|word| word.starts_with(&joined)) {
            return Ok(Some(self.0.remove(at)[joined.len()..].to_owned()));
        }
        let Some(at) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        if at + 1 == self.0.len() {
            return Err(Failure::new(format!(
                "{name} needs a value after it; see: cargo xtask help"
            )));
        }
        self.0.remove(at);
        Ok(Some(self.0.remove(at)))
    }

    /// Takes `name` out and says whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let at = self.0.iter().position(|word| word == name);
        at.map(|at| self.0.remove(at)).is_some()
    }

    /// What is left, for a program that we hand it on to.
    pub fn rest(self) -> Vec<String> {
        self.0
    }

    /// Nothing may be left.
    pub fn end(self) -> Outcome {
        match self.0.first() {
            None => Ok(()),
            Some(word) => Err(Failure::new(format!(
                "`{word}` is not known here; see: cargo xtask help"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn values_come_in_both_spellings() -> Outcome {
        let mut arguments = words("--data=here --listen 127.0.0.1:1 --quick");
        assert_eq!(arguments.value("--listen")?.as_deref(), Some("127.0.0.1:1"));
        assert_eq!(arguments.value("--data")?.as_deref(), Some("here"));
        assert_eq!(arguments.value("--other")?, None);
        assert!(arguments.flag("--quick"));
        assert!(!arguments.flag("--quick"));
        arguments.end()
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let said = words("--lisen x")
            .end()
            .map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.contains("--lisen")),
            "{said:?}"
        );
        let said = words("--data")
            .value("--data")
            .map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.contains("--data needs a value")),
            "{said:?}"
        );
    }
}

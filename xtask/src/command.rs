//! Running other programs, and saying in one sentence when that fails.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::{Failure, Outcome};

/// How a command looks in a terminal, for messages.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    // Cargo told us where it is; a person calls it by its name.
    let name = match program.file_stem() {
        Some(stem) if stem == "cargo" => stem,
        _ => program.as_os_str(),
    };
    let words = std::iter::once(name).chain(command.get_args());
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,@+%~".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Runs it with its output on the terminal. `what` completes "… failed".
pub fn run(command: &mut Command, what: &str) -> Outcome {
    let line = shown(command);
    let status = command.stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(what, status, &line)),
        Err(error) => Err(absent(what, &error, &line)),
    }
}

fn failed(what: &str, status: ExitStatus, line: &str) -> Failure {
    Failure::new(format!(
        "{what} failed ({status}). To see it alone, run: {line}"
    ))
}

fn absent(what: &str, error: &std::io::Error, line: &str) -> Failure {
    Failure::new(format!("{what} failed: `{line}` does not start ({error})."))
}

/// Runs it like [`run`], but gives what it printed instead of showing it.
/// Its complaints stay on the terminal.
pub fn printed(command: &mut Command, what: &str) -> Outcome<String> {
    let line = shown(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    match output {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Ok(output) => Err(failed(what, output.status, &line)),
        Err(error) => Err(absent(what, &error, &line)),
    }
}

/// Runs it quietly and gives what it printed, or nothing when it failed.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The cargo that runs us, so that a `+toolchain` of the caller holds for its children.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    // Cargo describes our own package to us; a child must not take it for its own.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            command.env_remove(name);
        }
    }
    command
}

/// The first of these programs that PATH has.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        folders
            .iter()
            .map(|folder| folder.join(&file))
            .find(|program| program.is_file())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_can_be_pasted_into_a_shell() {
        let mut command = Command::new("/opt/rust/bin/cargo");
        command.args(["build", "--config", "a b", "it's"]);
        assert_eq!(shown(&command), r"cargo build --config 'a b' 'it'\''s'");
    }

    #[test]
    fn a_failure_names_the_step_and_the_command() {
        let error = run(
            Command::new("cargo")
                .arg("--no-such-flag")
                .stderr(Stdio::null()),
            "Building the moon",
        );
        let said = error.map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.starts_with("Building the moon failed")),
            "{said:?}"
        );
        assert!(
            matches!(&said, Err(text) if text.ends_with("run: cargo --no-such-flag")),
            "{said:?}"
        );
    }

    #[test]
    fn a_program_that_does_not_start_is_told_apart() {
        let said = run(&mut Command::new("no-such-program-anywhere"), "Asking")
            .map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.contains("does not start")),
            "{said:?}"
        );
    }
}

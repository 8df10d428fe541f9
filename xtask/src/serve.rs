//! `serve`: from a fresh clone to a page where a rating becomes a row.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::arguments::Arguments;
use crate::collector::{self, Speed};
use crate::command;
use crate::failure::{Failure, OrFail, Outcome};
use crate::tree::Tree;
use crate::{toolchain, widget};

/// Builds what is needed and becomes the collector.
pub fn run(tree: &Tree, mut arguments: Arguments) -> Outcome {
    let listen = arguments
        .value("--listen")?
        .unwrap_or_else(|| "127.0.0.1:8080".into());
    let data = arguments
        .value("--data")?
        .map_or_else(|| tree.root.join("data"), PathBuf::from);
    arguments.end()?;
    let listen = free(&listen)?;

    toolchain::wasm_target()?;
    let files = widget::build(tree)?;
    let program = collector::build(tree, &files, Speed::Dev)?;

    let mut collector = Command::new(&program);
    collector
        .args(["serve", "--listen", &listen, "--data"])
        .arg(&data);
    collector.arg("--surveys").arg(tree.root.join("surveys"));
    collector.arg("--site").arg(tree.root.join("index.html"));
    print!("{}", addresses(&listen, &surveys(tree), &data, &program));
    become_it(&mut collector)
}

/// Says in a second, not after a build of minutes, that the address is taken,
/// and turns port 0 into one that is free.
fn free(listen: &str) -> Outcome<String> {
    let address = std::net::TcpListener::bind(listen).and_then(|listener| listener.local_addr());
    address.map(|address| address.to_string()).or_fail(|| {
        format!(
            "Cannot listen on {listen}; choose another address with: cargo xtask serve --listen 127.0.0.1:0"
        )
    })
}

/// The ids of the ready surveys; a file is named after its survey.
fn surveys(tree: &Tree) -> Vec<String> {
    let entries = std::fs::read_dir(tree.root.join("surveys"))
        .into_iter()
        .flatten()
        .flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut ids: Vec<String> = names
        .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
        .collect();
    ids.sort();
    ids
}

fn addresses(listen: &str, surveys: &[String], data: &Path, program: &Path) -> String {
    let mut text =
        format!("\nThe demo, a station's page with the widget in it:\n  http://{listen}/\n");
    if !surveys.is_empty() {
        text += "Hosted pages, one for each survey:\n";
        for id in surveys {
            text += &format!("  http://{listen}/s/{id}?unit=fenglin\n");
        }
    }
    let export = format!(
        "{} export --format csv --data {}",
        program.display(),
        data.display()
    );
    text + &format!("What was rated so far:\n  {export}\nCtrl-C ends it.\n\n")
}

/// One process instead of three, so that Ctrl-C and `kill` reach the collector
/// itself and nothing stays behind.
#[cfg(unix)]
fn become_it(collector: &mut Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    let error = collector.exec();
    Err(Failure::new(format!(
        "The collector does not start ({error}); run: {}",
        command::shown(collector)
    )))
}

#[cfg(not(unix))]
fn become_it(collector: &mut Command) -> Outcome {
    command::run(collector, "The collector")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_taken_is_said_before_anything_is_built() -> Outcome {
        let holder = std::net::TcpListener::bind("127.0.0.1:0").or_fail(|| "bind".into())?;
        let address = holder
            .local_addr()
            .or_fail(|| "address".into())?
            .to_string();
        let said = free(&address).map_err(|failure| failure.to_string());
        assert!(
            matches!(&said, Err(text) if text.contains("--listen")),
            "{said:?}"
        );
        drop(holder);
        assert_eq!(free(&address)?, address);
        assert!(!free("127.0.0.1:0")?.ends_with(":0"));
        Ok(())
    }

    #[test]
    fn the_addresses_name_the_demo_and_every_survey() {
        let text = addresses(
            "127.0.0.1:1",
            &["feedback".into()],
            Path::new("data"),
            Path::new("collector"),
        );
        assert!(text.contains("\n  http://127.0.0.1:1/\n"), "{text}");
        assert!(
            text.contains("\n  http://127.0.0.1:1/s/feedback?unit=fenglin\n"),
            "{text}"
        );
        assert!(
            text.contains("collector export --format csv --data data"),
            "{text}"
        );
    }
}

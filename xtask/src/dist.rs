//! `dist`: the smallest files, and the promise that they are small enough.

mod licenses;
mod rename;
mod shrink;
mod sizes;

use crate::arguments::Arguments;
use crate::compress::Effort;
use crate::failure::Outcome;
use crate::toolchain;
use crate::tree::Tree;
use crate::widget::bundle::{self, ELEMENT, File, KIOSK};
use crate::widget::compile::{self, Floor};
use crate::widget::modules::Modules;
use crate::widget::{glue, kiosk, write};
use shrink::Shrinker;

/// Writes `dist/`, prints what it weighs and fails when that is too much.
pub fn run(tree: &Tree, mut arguments: Arguments) -> Outcome {
    let floor = if arguments.flag("--mvp") {
        Floor::Mvp
    } else {
        Floor::Today
    };
    arguments.end()?;
    make(tree, floor)
}

/// The same for `bench`.
pub fn make(tree: &Tree, floor: Floor) -> Outcome {
    toolchain::wasm_target()?;
    let own_std = toolchain::std_source()?;
    let shrinker = Shrinker::find(tree, floor)?;
    let modules = compile::smallest(tree, floor, own_std)?;
    let files = files(tree, &shrinker, modules)?;

    write(&tree.dist(), &files, Effort::Smallest)?;
    println!();
    println!(
        "standard library built for size: {}",
        yes_no(own_std, "`rustup component add rust-src` brings its source")
    );
    println!("wasm-opt: {}", yes_no(shrinker.has_tools(), "needs npm"));
    println!(
        "minified by esbuild: {}",
        yes_no(shrinker.has_tools(), "needs npm")
    );
    sizes::report(&files, &tree.dist())
}

fn files(tree: &Tree, shrinker: &Shrinker, modules: Modules<Vec<u8>>) -> Outcome<Vec<File>> {
    let bound = modules.each(|name, wasm| {
        let bound = glue::bind(name, &shrinker.before_binding(&wasm)?)?;
        shrinker.bound(bound)
    })?;
    let mut page = bundle::as_it_is(tree)?;
    for file in page.iter_mut().filter(|file| file.name.ends_with(".css")) {
        file.bytes = shrinker.style(&file.bytes)?;
    }
    let mut files = bundle::assemble(bound, page)?;
    // Only now: a minifier is free to spell the file names as it likes.
    let scripts = [ELEMENT, KIOSK, "kiosk-worker.js"];
    for file in files
        .iter_mut()
        .filter(|file| scripts.contains(&file.name.as_str()))
    {
        file.bytes = shrinker
            .script(&String::from_utf8_lossy(&file.bytes))?
            .into_bytes();
    }
    files.push(kiosk::list(&files)?);
    files.extend(licenses::files(tree)?);
    Ok(files)
}

fn yes_no(yes: bool, hint: &str) -> String {
    if yes {
        "yes".to_owned()
    } else {
        format!("no ({hint})")
    }
}

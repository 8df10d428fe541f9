//! The files of widget and outbox as a browser loads them: compile, bind, name,
//! compress.

pub mod bundle;
pub mod compile;
pub mod glue;
pub mod kiosk;
pub mod modules;
pub mod stamp;

use std::fs;
use std::path::{Path, PathBuf};

use crate::compress::{self, Effort};
use crate::failure::{OrFail, Outcome};
use crate::tree::Tree;
use bundle::File;
use modules::Modules;

/// Brings `target/widget-files` up to date and gives its path. Cargo skips
/// what did not change; so does the rest, by a hash of all that goes in.
pub fn build(tree: &Tree) -> Outcome<PathBuf> {
    let folder = tree.widget_files();
    let modules = compile::quick(tree)?;
    let page = bundle::as_it_is(tree)?;

    let Modules {
        widget,
        outbox,
        queue,
        kiosk,
    } = &modules;
    let wasm = [widget, outbox, queue, kiosk].into_iter();
    let stamp = stamp::of(wasm.chain(page.iter().map(|file| &file.bytes)));
    if stamp::stands(&folder, &stamp) {
        return Ok(folder);
    }
    println!("Writing the widget's files …");
    let bound = modules.each(|name, wasm| glue::bind(name, &wasm))?;
    let mut files = bundle::assemble(bound, page)?;
    files.push(kiosk::list(&files)?);
    write(&folder, &files, Effort::Quick)?;
    stamp::put(&folder, &stamp)?;
    Ok(folder)
}

/// Writes the files and their twins, and removes every file of an older build:
/// the collector embeds all that lies in the folder. A file that is the same
/// is left alone, so that cargo sees no change where there is none.
pub fn write(folder: &Path, files: &[File], effort: Effort) -> Outcome {
    fs::create_dir_all(folder)
        .or_fail(|| format!("Cannot make the folder {}", folder.display()))?;
    let mut kept = Vec::new();
    for file in files {
        let mut forms = vec![(file.name.clone(), file.bytes.clone())];
        if compress::is_worth_it(&file.name) {
            forms.push((
                format!("{}.br", file.name),
                compress::brotli(&file.bytes, effort)?,
            ));
            forms.push((
                format!("{}.gz", file.name),
                compress::gzip(&file.bytes, effort)?,
            ));
        }
        for (name, bytes) in forms {
            let path = folder.join(&name);
            if fs::read(&path).ok().as_ref() != Some(&bytes) {
                fs::write(&path, bytes).or_fail(|| format!("Cannot write {}", path.display()))?;
            }
            kept.push(name);
        }
    }
    let entries = fs::read_dir(folder).or_fail(|| format!("Cannot list {}", folder.display()))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && !kept.contains(&name) {
            fs::remove_file(entry.path())
                .or_fail(|| format!("Cannot remove the old {}", entry.path().display()))?;
        }
    }
    Ok(())
}

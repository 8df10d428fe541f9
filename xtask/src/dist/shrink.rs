//! What npm's tools take off. Without npm the files are larger, and `dist` says so.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::rename;
use crate::command::{find, printed};
use crate::failure::{OrFail, Outcome};
use crate::npm::{BINARYEN, ESBUILD};
use crate::tree::Tree;
use crate::widget::compile::Floor;
use crate::widget::glue::Bound;

/// What rustc's default code uses: Chrome 96, Safari 15.1, Firefox 79.
const TODAY: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The same written with the first version's instructions.
const LOWERED: [&str; 4] = [
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--llvm-memory-copy-fill-lowering",
    "--strip-target-features",
];

const MVP: [&str; 2] = ["--mvp-features", "--enable-mutable-globals"];

/// As small as it gets on the wire. The memory is the module's own and starts as zeros,
/// and its first kilobyte is the far end of the stack: wasm-opt may rely on both.
/// Functions with one caller are not inlined when they are long: the module would have
/// 2 % fewer bytes, and 3 % more after brotli, which sees that they resemble each other.
const SMALL: [&str; 11] = [
    "--one-caller-inline-max-function-size",
    "20",
    "--always-inline-max-function-size",
    "4",
    "-Oz",
    "--converge",
    "--low-memory-unused",
    "--zero-filled-memory",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// The tools that are there.
#[derive(Debug)]
pub struct Shrinker<'a> {
    tree: &'a Tree,
    floor: Floor,
    npm: bool,
}

impl<'a> Shrinker<'a> {
    /// Looks for them. The lowest floor cannot be had without wasm-opt.
    pub fn find(tree: &'a Tree, floor: Floor) -> Outcome<Self> {
        let npm = find(&["npm"]).is_some();
        if npm || floor == Floor::Mvp {
            BINARYEN.installed(tree)?;
            ESBUILD.installed(tree)?;
        }
        Ok(Self { tree, floor, npm })
    }

    /// Whether Wasm and scripts get smaller.
    pub fn has_tools(&self) -> bool {
        self.npm
    }

    /// For the lowest floor wasm-bindgen has to see a module that already is there.
    pub fn before_binding(&self, wasm: &[u8]) -> Outcome<Vec<u8>> {
        if self.floor == Floor::Today {
            return Ok(wasm.to_vec());
        }
        let (lowered, _) = self.wasm_opt(wasm, &[&TODAY[..], &LOWERED].concat())?;
        let (marked, _) =
            self.wasm_opt(&lowered, &[&MVP[..], &["--emit-target-features"]].concat())?;
        Ok(marked)
    }

    /// Module and glue that are shipped, with the same short names in both.
    pub fn bound(&self, bound: Bound) -> Outcome<Bound> {
        if !self.npm {
            return Ok(bound);
        }
        let features = if self.floor == Floor::Today {
            &TODAY[..]
        } else {
            &MVP
        };
        let (wasm, _) = self.wasm_opt(&bound.wasm, &[features, &SMALL].concat())?;
        let (wasm, names) = self.wasm_opt(&wasm, &[features, &[rename::PASS]].concat())?;
        let glue = self.script(&rename::glue(&bound.glue, &names)?)?;
        Ok(Bound { glue, wasm })
    }

    /// A script that is shipped.
    pub fn script(&self, source: &str) -> Outcome<String> {
        if !self.npm {
            return Ok(source.to_owned());
        }
        let options = ["--format=esm", "--target=es2020"];
        let small = self.esbuild(source.as_bytes(), "js", &options)?;
        String::from_utf8(small).or_fail(|| "esbuild wrote something that is not UTF-8".into())
    }

    /// A style sheet that is shipped.
    pub fn style(&self, source: &[u8]) -> Outcome<Vec<u8>> {
        if self.npm {
            self.esbuild(source, "css", &[])
        } else {
            Ok(source.to_vec())
        }
    }

    /// The module that comes out, and what wasm-opt said about it.
    fn wasm_opt(&self, wasm: &[u8], arguments: &[&str]) -> Outcome<(Vec<u8>, String)> {
        let mut tool = BINARYEN.program(self.tree, "wasm-opt")?;
        self.through(tool.args(arguments), wasm, "wasm", |tool, input, output| {
            tool.arg(input).arg("-o").arg(output);
        })
    }

    fn esbuild(&self, source: &[u8], ending: &str, arguments: &[&str]) -> Outcome<Vec<u8>> {
        let mut tool = ESBUILD.program(self.tree, "esbuild")?;
        tool.args(["--minify", "--charset=utf8", "--log-level=warning"])
            .args(arguments);
        let (small, _) = self.through(&mut tool, source, ending, |tool, input, output| {
            tool.arg(input)
                .arg(format!("--outfile={}", output.display()));
        })?;
        Ok(small)
    }

    /// Hands bytes through a program that reads and writes files; also gives
    /// what it printed.
    fn through(
        &self,
        tool: &mut Command,
        bytes: &[u8],
        ending: &str,
        name: impl FnOnce(&mut Command, &PathBuf, &PathBuf),
    ) -> Outcome<(Vec<u8>, String)> {
        let file = |part: &str| self.tree.tools().join(format!("shrink-{part}.{ending}"));
        let (input, output) = (file("in"), file("out"));
        fs::write(&input, bytes).or_fail(|| format!("Cannot write {}", input.display()))?;
        name(tool, &input, &output);
        let said = printed(tool, "Making a file smaller")?;
        let bytes = fs::read(&output).or_fail(|| format!("Cannot read {}", output.display()))?;
        Ok((bytes, said))
    }
}

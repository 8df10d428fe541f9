//! Test-only JavaScript from npm: axe-core, Vue, React. Nothing of it is committed.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::collector::output;

/// What is installed, by exact version, so that a run next year tests the same.
const PACKAGES: [&str; 5] = [
    "axe-core@4.14.1",
    "esbuild@0.28.2",
    "react@19.3.1",
    "react-dom@19.3.1",
    "vue@3.5.45",
];

/// The folder `node_modules` with all of them.
pub fn modules() -> &'static PathBuf {
    static MODULES: OnceLock<PathBuf> = OnceLock::new();
    MODULES.get_or_init(|| {
        let folder = output().join("npm");
        let modules = folder.join("node_modules");
        let wanted = PACKAGES.join("\n");
        let stamp = folder.join("installed");
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return modules;
        }
        std::fs::create_dir_all(&folder).expect("target/e2e can be written to");
        std::fs::write(folder.join("package.json"), "{\"private\":true}").expect("a file");
        let status = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
            .args(PACKAGES)
            .current_dir(&folder)
            .status()
            .expect("npm starts: the trials with axe-core, Vue and React need it");
        assert!(status.success(), "npm install of {PACKAGES:?} failed");
        std::fs::write(&stamp, wanted).expect("a file");
        modules
    })
}

/// axe-core as a script: the one named in `MANYI_AXE`, else one from npm.
pub fn axe() -> String {
    let named = std::env::var_os("MANYI_AXE").map(PathBuf::from);
    let file = named.unwrap_or_else(|| modules().join("axe-core/axe.min.js"));
    std::fs::read_to_string(file).expect("axe-core is installed")
}

/// Vue as the browser module that `examples/vue.js` imports.
pub fn vue() -> Vec<u8> {
    std::fs::read(modules().join("vue/dist/vue.esm-browser.prod.js")).expect("Vue is installed")
}

/// React bundled as `examples/README.md` says.
pub fn react() -> &'static Vec<u8> {
    static BUNDLE: OnceLock<Vec<u8>> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let folder = output().join("npm");
        let entry = "export { createElement, useState } from \"react\"; export { createRoot } from \"react-dom/client\";";
        std::fs::write(folder.join("entry.js"), entry).expect("a file");
        let status = Command::new(modules().join(".bin/esbuild"))
            .args(["entry.js", "--bundle", "--format=esm", "--log-level=error"])
            .args([
                "--define:process.env.NODE_ENV=\"production\"",
                "--outfile=react.js",
            ])
            .current_dir(&folder)
            .status()
            .expect("esbuild starts");
        assert!(status.success(), "esbuild could not bundle React");
        std::fs::read(folder.join("react.js")).expect("the bundle")
    })
}

//! `manyi-collector key …` and the files it leaves.

use std::path::Path;
use std::process::{Command, Output};

use crate::crash::BINARY;
use crate::running::{Running, full, id};
use crate::sealed::{public_key, with_seal};

fn key(data: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .arg("key")
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn keys_are_made_listed_and_rotated() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let none = refused(&key(&data, &["list"]));
    assert!(
        none.contains("there are no keys here: `key create` makes the first"),
        "{none}"
    );
    assert!(refused(&key(&data, &["rotate"])).contains("there are no keys here"));
    assert!(said(&key(&data, &["create"])).starts_with("made "));
    assert!(said(&key(&data, &["create"])).starts_with("there is a key: "));
    let first = said(&key(&data, &["public"]));
    assert_eq!(first.trim().len(), 16 + 1 + 87);
    said(&key(&data, &["rotate"]));
    let second = said(&key(&data, &["public"]));
    assert_ne!(first, second);
    let list = said(&key(&data, &["list"]));
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(list.contains(&first[..16]), "{list}");
    let current = lines
        .iter()
        .find(|line| line.ends_with("  current"))
        .unwrap();
    assert!(current.starts_with(&second[..16]));
}

#[cfg(unix)]
#[test]
fn keys_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    said(&key(folder.path(), &["create"]));
    let backup = folder.path().join("backup.json");
    said(&key(folder.path(), &["backup", backup.to_str().unwrap()]));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let keys = folder.path().join("keys");
    assert_eq!(mode(&keys), 0o700);
    assert_eq!(mode(&backup), 0o600);
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(&keys).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    // Ids are random: some sort behind "current".
    names.sort_by_key(|name| name == "current");
    assert_eq!(names.len(), 2, "no drafts are left: {names:?}");
    assert!(names[0].ends_with(".key") && names[1] == "current");
}

#[tokio::test]
async fn a_restored_backup_opens_what_was_sealed_before_the_disk_died() {
    let server = Running::start().await;
    let old = public_key(&server).await;
    let waiting = with_seal(full(&id(1)), &old);
    let data = server.folder.path().join("data");
    let backup = server.folder.path().join("backup.json");
    said(&key(&data, &["rotate"]));
    let file = backup.to_str().unwrap();
    assert_eq!(
        said(&key(&data, &["backup", file])),
        format!("2 in {file}\n")
    );
    assert!(
        refused(&key(&data, &["backup", file])).contains("exists"),
        "never over another file"
    );

    // A new machine, already started once with a key of its own.
    let other = Running::start().await;
    let own = public_key(&other).await;
    assert_eq!(
        other.json(&waiting).await.problems(),
        [("sealed".to_owned(), "unknown_key".to_owned())]
    );
    let data = other.folder.path().join("data");
    assert_eq!(said(&key(&data, &["restore", file])), "2 restored\n");
    assert_eq!(said(&key(&data, &["restore", file])), "0 restored\n");
    assert_eq!(public_key(&other).await, own, "its own key stays current");
    assert_eq!(other.json(&waiting).await.status, 201);
    assert_eq!(other.json(&with_seal(full(&id(2)), &own)).await.status, 201);

    // An empty folder takes over the backup's current key, too.
    let empty = server.folder.path().join("empty");
    assert_eq!(said(&key(&empty, &["restore", file])), "2 restored\n");
    assert_eq!(
        said(&key(&empty, &["public"])).trim(),
        public_key(&server).await
    );
}

#[test]
fn a_damaged_key_is_named_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    said(&key(folder.path(), &["create"]));
    let backup = folder.path().join("backup.json");
    said(&key(folder.path(), &["backup", backup.to_str().unwrap()]));
    let own = said(&key(folder.path(), &["public"]))[..16].to_owned();
    let path = folder.path().join(format!("keys/{own}.key"));
    let whole = std::fs::read_to_string(&path).unwrap();
    for broken in [
        whole[..20].to_owned(),
        whole.replace(&own, "0123456789abcdef"),
        String::new(),
    ] {
        std::fs::write(&path, &broken).unwrap();
        for command in [&["list"][..], &["restore", backup.to_str().unwrap()]] {
            let error = refused(&key(folder.path(), command));
            assert!(error.contains(&format!("{own}.key")), "{error}");
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), broken);
    }
    std::fs::remove_file(&path).unwrap();
    let error = refused(&key(folder.path(), &["list"]));
    assert!(
        error.contains("is missing: restore it from a backup"),
        "{error}"
    );
    said(&key(folder.path(), &["restore", backup.to_str().unwrap()]));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    let foreign = folder.path().join("foreign.json");
    std::fs::write(&foreign, "{\"current\": \"x\", \"keys\": []}").unwrap();
    let error = refused(&key(folder.path(), &["restore", foreign.to_str().unwrap()]));
    assert!(
        error.contains("the current key is not among the keys"),
        "{error}"
    );
}

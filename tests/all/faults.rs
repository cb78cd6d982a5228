//! `cargo xtask gen` where the machine is at fault: a full disk, files that are none, files that change. It ends, it says
//! which path and why, and no file is another.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use portolan_codegen::load::read_folder;

use crate::generate::Tree;

const LABS: &str = "crates/portolan-labs/src/generated";

/// What reading the manifests says. A run fails and leaves every file as it was.
fn unreadable(tree: &Tree) -> Vec<String> {
    let before = tree.files();
    let errors = read_folder(&tree.path("manifests")).expect_err("something cannot be read");
    assert!(!tree.generate());
    assert!(tree.files() == before);
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let tree = Tree::new();
    let pipe = tree.path("manifests/labs/pipe.yaml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("/dev/zero", tree.path("manifests/labs/zero.yaml")).unwrap();
    let errors = unreadable(&tree);
    assert_eq!(errors.len(), 2, "{errors:?}");
    for (error, name) in errors.iter().zip(["pipe", "zero"]) {
        assert!(error.ends_with(&format!("labs/{name}.yaml: it is no file")), "{error}");
    }
}

#[test]
fn a_link_that_leads_nowhere_or_to_itself_is_named() {
    let tree = Tree::new();
    symlink("loop.yaml", tree.path("manifests/labs/loop.yaml")).unwrap();
    symlink("gone.yaml", tree.path("manifests/labs/nowhere.yaml")).unwrap();
    // Round in a circle there are manifests where none is looked for.
    symlink(".", tree.path("manifests/round")).unwrap();
    let errors = unreadable(&tree);
    let of = |name: &str| errors.iter().filter(|error| error.contains(name)).count();
    assert_eq!(
        (of("labs/loop.yaml: Too many levels"), of("labs/nowhere.yaml: No such file")),
        (1, 1)
    );
    assert!(of("manifests/round/") > 0 && errors.len() < 10, "{errors:?}");
}

#[test]
fn a_file_that_the_disk_does_not_give_is_named() {
    let tree = Tree::new();
    // Its size is nothing and reading it fails for everybody, root included.
    symlink("/proc/self/mem", tree.path("manifests/labs/mem.yaml")).unwrap();
    let errors = unreadable(&tree);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("manifests/labs/mem.yaml: Input/output error"), "{errors:?}");
}

#[test]
fn a_file_larger_than_the_memory_is_read_no_further_than_the_limit() {
    let tree = Tree::new();
    let file = File::create(tree.path("manifests/labs/sparse.yaml")).unwrap();
    file.set_len(1 << 40).unwrap();
    let inputs = read_folder(&tree.path("manifests")).unwrap();
    let longest = inputs.iter().map(|input| input.bytes.len()).max().unwrap();
    assert_eq!(longest, portolan_codegen::yaml::MAX_BYTES + 1);
    assert!(crate::fixtures::compiled(inputs).result.is_err());
}

#[test]
fn a_folder_without_a_manifest_is_named() {
    let tree = Tree::new();
    fs::remove_dir_all(tree.path("manifests")).unwrap();
    assert!(unreadable(&tree)[0].contains("manifests: No such file"));
    fs::create_dir(tree.path("manifests")).unwrap();
    assert!(unreadable(&tree)[0].contains("manifests: no manifest, that is no `<catalog>/"));
}

#[test]
fn a_folder_that_can_be_no_catalog_is_named() {
    let tree = Tree::new();
    tree.write("manifests/my house/acme.yaml", "");
    let errors = unreadable(&tree);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("manifests/my house/acme.yaml: the name of its folder is no id"));
}

#[test]
fn a_full_disk_changes_no_file() {
    for name in ["acme.rs", "mod.rs"] {
        let tree = Tree::new();
        let before = tree.files();
        fs::create_dir_all(tree.path(LABS)).unwrap();
        // Where the new file is written first, the disk is full.
        symlink("/dev/full", tree.path(&format!("{LABS}/.{name}.portolan-tmp"))).unwrap();
        let error = format!("{:#}", tree.result().unwrap_err());
        assert!(error.contains(&format!("cannot write {LABS}/{name}: No space left")), "{error}");
        assert_eq!(tree.files(), before);
        assert!(tree.generate() && tree.check(), "once there is space it goes on");
    }
}

#[test]
fn a_folder_that_takes_no_file_is_named() {
    let tree = Tree::new();
    // Nobody makes a file there, root included.
    symlink("/proc", tree.path("crates")).unwrap();
    let before = tree.files();
    let error = format!("{:#}", tree.result().unwrap_err());
    assert!(error.contains("cannot create crates/portolan-"), "{error}");
    assert_eq!(tree.files(), before);
}

/// The run that `a_file_that_may_grow_no_further_changes_no_file` starts. It does nothing unless that test starts it.
#[test]
#[ignore = "started by a_file_that_may_grow_no_further_changes_no_file"]
fn limited_run() {
    let Some(root) = std::env::var_os("PORTOLAN_LIMITED_RUN") else { return };
    let error = Tree::at(root.into()).result().unwrap_err();
    println!("{error:#}");
}

#[test]
fn a_file_that_may_grow_no_further_changes_no_file() {
    // In blocks of 512 or 1024 bytes, by the shell; the fixture's catalog has more than 8 of either, the schemas most.
    for blocks in ["0", "1", "8", "24"] {
        let tree = Tree::new();
        let before = tree.files();
        let output = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "sh", blocks])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "faults::limited_run", "--ignored", "--nocapture"])
            .env("PORTOLAN_LIMITED_RUN", tree.path(""))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
        assert!(said.contains("cannot write ") && said.contains("File too large"), "{said}");
        assert!(tree.files() == before, "{blocks} blocks: a file is another");
        assert!(tree.generate());
    }
}

#[test]
fn a_manifest_that_changes_while_it_is_read_is_one_of_its_texts_or_refused() {
    let tree = Tree::new();
    assert!(tree.generate());
    let path = tree.path("manifests/labs/acme.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let other = text.replace("Nova View", &"Nova Vista ".repeat(20_000));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                fs::write(&path, &other).unwrap();
                fs::write(&path, &text).unwrap();
            }
        });
        for _ in 0..10 {
            // Half a text is a mistake in the manifest, never an error of another kind.
            assert!(tree.result().is_ok());
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(tree.generate() && tree.check());
}

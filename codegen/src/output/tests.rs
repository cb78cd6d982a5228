//! Tests on a folder of their own each.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::emit::{MARK, header};

/// A folder that is removed again.
struct Root(PathBuf);

impl Root {
    fn new(name: &str) -> Self {
        let root =
            std::env::temp_dir().join(format!("portolan-output-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("gen")).unwrap();
        Self(root)
    }

    fn file(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn plan(&self, outputs: &[(&str, &str)]) -> Result<Plan, OutputError> {
        let outputs: Vec<_> =
            outputs.iter().map(|(path, text)| Output::new(*path, *text)).collect();
        Plan::new(&self.0, &outputs, &["gen".to_owned()])
    }

    /// Every file and folder with what it holds.
    fn tree(&self) -> Vec<(String, String)> {
        fn walk(root: &Path, folder: &Path, tree: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().display().to_string();
                if path.is_dir() {
                    tree.push((name, "/".to_owned()));
                    walk(root, &path, tree);
                } else {
                    tree.push((name, fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let mut tree = Vec::new();
        walk(&self.0, &self.0, &mut tree);
        tree.sort();
        tree
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn kinds(plan: &Plan) -> Vec<(&str, ChangeKind)> {
    plan.changes().iter().map(|change| (change.path.as_str(), change.kind)).collect()
}

fn tree(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn outputs_become_files_and_then_nothing_differs() {
    let root = Root::new("write");
    root.file("gen/a", "old\n");
    let outputs = [("gen/a", "new\n"), ("gen/sub/deep/b", "b\n"), ("c", "c\n")];
    let plan = root.plan(&outputs).unwrap();
    assert_eq!(
        kinds(&plan),
        [
            ("c", ChangeKind::Added),
            ("gen/a", ChangeKind::Changed),
            ("gen/sub/deep/b", ChangeKind::Added),
        ]
    );
    assert_eq!(plan.summary(), "2 added, 1 changed");
    plan.write().unwrap();
    let expected = tree(&[
        ("c", "c\n"),
        ("gen", "/"),
        ("gen/a", "new\n"),
        ("gen/sub", "/"),
        ("gen/sub/deep", "/"),
        ("gen/sub/deep/b", "b\n"),
    ]);
    assert_eq!(root.tree(), expected);
    let plan = root.plan(&outputs).unwrap();
    assert!(plan.is_empty());
    plan.write().unwrap();
    assert_eq!(
        (root.tree(), plan.diff(), plan.summary()),
        (expected, String::new(), "nothing changed".to_owned())
    );
}

#[test]
fn only_marked_files_of_owned_folders_are_stale() {
    let root = Root::new("stale");
    let marked = header("//", "manifests/labs");
    root.file("gen/stale.rs", &marked);
    root.file("gen/sub/stale.md", &format!("<!-- {MARK} -->\n"));
    root.file("gen/hand.rs", "// by hand\n");
    root.file("gen/late.rs", &format!("// by hand\n{marked}"));
    root.file("gen/kept.rs", &marked);
    root.file("elsewhere/stale.rs", &marked);
    let plan = root.plan(&[("gen/kept.rs", &marked)]).unwrap();
    assert_eq!(
        kinds(&plan),
        [("gen/stale.rs", ChangeKind::Removed), ("gen/sub/stale.md", ChangeKind::Removed)]
    );
    plan.write().unwrap();
    let left: Vec<_> = root.tree().into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        left,
        [
            "elsewhere",
            "elsewhere/stale.rs",
            "gen",
            "gen/hand.rs",
            "gen/kept.rs",
            "gen/late.rs",
            "gen/sub"
        ]
    );
}

#[test]
fn a_folder_in_place_of_a_file_stops_everything() {
    let root = Root::new("folder");
    root.file("gen/z/inside", "x");
    root.file("gen/a", "old\n");
    let before = root.tree();
    let error = root.plan(&[("gen/a", "new\n"), ("gen/z", "z\n")]).unwrap_err();
    assert!(error.to_string().starts_with("cannot read gen/z: "), "{error}");
    assert_eq!(root.tree(), before);
}

#[test]
fn a_failure_in_the_middle_leaves_everything_as_it_was() {
    let root = Root::new("middle");
    root.file("gen/a", "old\n");
    root.file("gen/stale.rs", &header("//", "manifests"));
    let plan = root.plan(&[("gen/a", "new\n"), ("gen/new/b", "b\n"), ("gen/z", "z\n")]).unwrap();
    // Where the new content of the last file would wait there is a folder.
    root.file("gen/.z.portolan-tmp/inside", "x");
    let before = root.tree();
    let error = plan.write().unwrap_err();
    assert!(error.to_string().starts_with("cannot write gen/z: "), "{error}");
    assert_eq!(root.tree(), before);
}

#[test]
fn a_plan_that_has_aged_writes_what_is_true_now() {
    let root = Root::new("aged");
    root.file("gen/a", "new\n");
    let plan = root.plan(&[("gen/a", "new\n"), ("gen/b", "b\n")]).unwrap();
    root.file("gen/a", "of another run\n");
    plan.write().unwrap();
    assert!(root.plan(&[("gen/a", "new\n"), ("gen/b", "b\n")]).unwrap().is_empty());
}

#[test]
fn a_run_killed_after_the_commit_is_ended() {
    for done in [false, true] {
        let root = Root::new(&format!("killed-late-{done}"));
        root.file("gen/a", "old\n");
        root.file("gen/stale.rs", "stale");
        root.file("gen/.stale.rs.portolan-tmp", "");
        root.file("gen/new/.b.portolan-tmp", "b\n");
        root.file(if done { "gen/a" } else { "gen/.a.portolan-tmp" }, "new\n");
        let journal = "portolan-gen 1\nwrite gen/a\nfolder gen/new\nwrite gen/new/b\nremove gen/stale.rs\ncommit\n";
        root.file(".portolan-gen.journal", journal);
        recover(&root.0).unwrap();
        let expected =
            tree(&[("gen", "/"), ("gen/a", "new\n"), ("gen/new", "/"), ("gen/new/b", "b\n")]);
        assert_eq!(root.tree(), expected);
        recover(&root.0).unwrap();
        assert_eq!(root.tree(), expected);
    }
}

#[test]
fn a_comparison_leaves_a_killed_run_as_it_is_and_the_next_write_ends_it() {
    let root = Root::new("killed-compared");
    root.file("gen/a", "old\n");
    root.file("gen/.a.portolan-tmp", "new\n");
    root.file(".portolan-gen.journal", "portolan-gen 1\nwrite gen/a\ncommit\n");
    let before = root.tree();
    let plan = root.plan(&[("gen/a", "new\n")]).unwrap();
    assert!(!plan.is_empty());
    assert_eq!(root.tree(), before);
    plan.write().unwrap();
    assert_eq!(root.tree(), tree(&[("gen", "/"), ("gen/a", "new\n")]));
}

#[test]
fn a_run_killed_before_the_commit_is_undone() {
    let whole =
        "portolan-gen 1\nwrite gen/a\nfolder gen/new\nwrite gen/new/b\nremove gen/stale.rs\n";
    for journal in [whole.to_owned(), format!("{whole}comm")] {
        let root = Root::new(&format!("killed-early-{}", journal.len()));
        root.file("gen/a", "old\n");
        root.file("gen/stale.rs", "stale");
        let before = root.tree();
        root.file("gen/.a.portolan-tmp", "ne");
        root.file("gen/new/.b.portolan-tmp", "");
        root.file(".portolan-gen.journal", &journal);
        recover(&root.0).unwrap();
        assert_eq!(root.tree(), before);
    }
}

#[test]
fn a_journal_of_the_first_moment_means_nothing() {
    for journal in ["", "portol", "portolan-gen 1\nwrite ge"] {
        let root = Root::new(&format!("killed-first-{}", journal.len()));
        let before = root.tree();
        root.file(".portolan-gen.journal", journal);
        recover(&root.0).unwrap();
        assert_eq!(root.tree(), before);
    }
}

#[test]
fn a_journal_that_leads_elsewhere_is_refused() {
    for line in ["remove ../x", "remove /x", "write gen//x", "chmod gen/a", "commit\nwrite gen/a"] {
        let root = Root::new("elsewhere");
        root.file(".portolan-gen.journal", &format!("portolan-gen 1\n{line}\ncommit\n"));
        let before = root.tree();
        let error = recover(&root.0).unwrap_err();
        assert!(error.to_string().contains("it is no journal"), "{line}: {error}");
        assert_eq!(root.tree(), before);
    }
}

#[test]
fn paths_are_below_the_root_and_apart() {
    let root = Root::new("paths");
    for outputs in [
        [("../x", ""), ("a", "")],
        [("/x", ""), ("a", "")],
        [("a//b", ""), ("c", "")],
        [("a\nb", ""), ("c", "")],
        [("c:x", ""), ("c", "")],
        [("a", "1"), ("a", "2")],
        [("a", ""), ("a/b", "")],
    ] {
        assert!(root.plan(&outputs).is_err(), "{outputs:?}");
    }
}

#[test]
fn a_diff_is_cut() {
    let root = Root::new("diff");
    root.file("gen/a", "one\ntwo\n");
    let long: String = (0..100).flat_map(|line: u8| [line.to_string(), "\n".to_owned()]).collect();
    let plan = root.plan(&[("gen/a", "one\n2\n"), ("gen/b", &long)]).unwrap();
    let diff = plan.diff();
    assert!(diff.starts_with("--- gen/a\n+++ gen/a\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"), "{diff}");
    assert!(diff.contains("--- /dev/null\n+++ gen/b\n"));
    assert!(diff.ends_with("+38\n... and 61 more lines\n"), "{diff}");
}

#[test]
fn runs_at_once_do_not_mix() {
    let root = Root::new("at-once");
    let names: Vec<_> = (0..20).map(|number| format!("gen/{number}")).collect();
    std::thread::scope(|scope| {
        for text in ["first\n", "second\n", "third\n"] {
            let (root, names) = (&root, &names);
            scope.spawn(move || {
                let outputs: Vec<_> = names.iter().map(|name| (name.as_str(), text)).collect();
                root.plan(&outputs).unwrap().write().unwrap();
            });
        }
    });
    let files: Vec<_> = root.tree().into_iter().filter(|(_, text)| text != "/").collect();
    assert_eq!(files.len(), names.len());
    assert!(files.iter().all(|(_, text)| *text == files[0].1), "{files:?}");
}

//! Changes brought to disk, all or none, also where the run is killed between any two steps.
//!
//! 1. A journal names the folders to be made, the files to be written and those to be removed.
//! 2. Each new content is written beside its place and brought to disk. What fails here is undone.
//! 3. The journal's last line is written: `commit`. From here on the run can only go forward.
//! 4. The new contents are renamed into place, stale files removed, the journal removed.
//!
//! The next run finds the journal of a killed one: it undoes a run without `commit` and ends one with it.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{Change, ChangeKind, OutputError, is_below};

const JOURNAL: &str = ".portolan-gen.journal";
const LOCK: &str = ".portolan-gen.lock";
const FIRST_LINE: &str = "portolan-gen 1";
const COMMIT: &str = "commit";

/// Writes what `changes` finds to be done, once no other run is at work on `root`.
pub(super) fn write(
    root: &Path,
    changes: impl FnOnce() -> Result<Vec<Change>, OutputError>,
) -> Result<(), OutputError> {
    let _lock = lock(root)?;
    end_killed_run(root)?;
    let changes = changes()?;
    if changes.is_empty() {
        return Ok(());
    }
    let steps = steps(root, &changes);
    if let Err(error) = stage(root, &steps, &changes) {
        undo(root, &steps);
        return Err(error);
    }
    finish(root, &steps)
}

/// Brings a run that was killed to its end: to the files that it had written whole, or else to those from before it.
/// Without such a run it does nothing; doing it again changes nothing.
///
/// # Errors
/// What stands in the way; the next call tries again.
pub fn recover(root: &Path) -> Result<(), OutputError> {
    if !root.join(JOURNAL).exists() {
        return Ok(());
    }
    let _lock = lock(root)?;
    end_killed_run(root)
}

/// Waits until no other run is at work on `root`; others wait until the file is dropped.
fn lock(root: &Path) -> Result<File, OutputError> {
    // Elsewhere than on Unix a folder cannot be opened, so a file in it stands for it.
    let file = if cfg!(unix) { File::open(root) } else { File::create(root.join(LOCK)) };
    let locked = file.and_then(|file| match file.lock() {
        // A file system without locks is no reason not to write.
        Err(error) if error.kind() != ErrorKind::Unsupported => Err(error),
        _ => Ok(file),
    });
    locked.map_err(|error| OutputError::new("lock", root.display().to_string(), error))
}

/// A line of the journal.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    kind: StepKind,
    path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StepKind {
    /// A folder is made.
    Folder,
    /// A file gets a new content.
    Write,
    /// A file is removed.
    Remove,
}

impl StepKind {
    const ALL: [Self; 3] = [Self::Folder, Self::Write, Self::Remove];

    const fn word(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Write => "write",
            Self::Remove => "remove",
        }
    }
}

impl Step {
    fn new(kind: StepKind, path: &str) -> Self {
        Self { kind, path: path.to_owned() }
    }

    fn line(&self) -> String {
        format!("{} {}\n", self.kind.word(), self.path)
    }

    fn parse(line: &str) -> Option<Self> {
        let (word, path) = line.split_once(' ')?;
        let kind = StepKind::ALL.into_iter().find(|kind| kind.word() == word)?;
        is_below(path).then(|| Self::new(kind, path))
    }
}

fn steps(root: &Path, changes: &[Change]) -> Vec<Step> {
    let mut steps = Vec::new();
    for change in changes {
        for (end, _) in change.path.match_indices('/') {
            let folder = Step::new(StepKind::Folder, &change.path[..end]);
            if !root.join(&folder.path).is_dir() && !steps.contains(&folder) {
                steps.push(folder);
            }
        }
        let kind = match change.kind {
            ChangeKind::Removed => StepKind::Remove,
            ChangeKind::Added | ChangeKind::Changed => StepKind::Write,
        };
        steps.push(Step::new(kind, &change.path));
    }
    steps
}

/// Where the new content of a file waits.
fn beside(root: &Path, path: &str) -> PathBuf {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    root.join(folder).join(format!(".{name}.portolan-tmp"))
}

/// Everything that can fail: whatever is refused is refused before any file has changed.
fn stage(root: &Path, steps: &[Step], changes: &[Change]) -> Result<(), OutputError> {
    let journal = root.join(JOURNAL);
    let mut text = format!("{FIRST_LINE}\n");
    text.extend(steps.iter().map(Step::line));
    let failed = |error| OutputError::new("write", JOURNAL, error);
    let mut journal = create(&journal, text.as_bytes()).map_err(failed)?;
    for Step { path, .. } in steps.iter().filter(|step| step.kind == StepKind::Folder) {
        let made = fs::create_dir(root.join(path));
        made.map_err(|error| OutputError::new("create", path, error))?;
    }
    for change in changes {
        // Beside a file that is to be removed it is a trial of whether the folder lets files go.
        create(&beside(root, &change.path), change.new.as_bytes()).map_err(|error| {
            let removed = change.kind == ChangeKind::Removed;
            OutputError::new(if removed { "remove" } else { "write" }, &change.path, error)
        })?;
    }
    writeln!(journal, "{COMMIT}").and_then(|()| journal.sync_all()).map_err(failed)
}

fn create(path: &Path, contents: &[u8]) -> io::Result<File> {
    let mut file = File::create(path)?;
    file.write_all(contents)?;
    file.sync_all()?;
    Ok(file)
}

/// Takes back what was staged. A trace that cannot be removed is no reason to hide why.
fn undo(root: &Path, steps: &[Step]) {
    for step in steps.iter().rev() {
        let _ = match step.kind {
            StepKind::Write | StepKind::Remove => fs::remove_file(beside(root, &step.path)),
            StepKind::Folder => fs::remove_dir(root.join(&step.path)),
        };
    }
    let _ = fs::remove_file(root.join(JOURNAL));
}

/// Goes forward from the journal's last line. It may have been done in part before.
fn finish(root: &Path, steps: &[Step]) -> Result<(), OutputError> {
    for Step { kind, path } in steps {
        let (place, beside) = (root.join(path), beside(root, path));
        let done = match kind {
            StepKind::Folder => Ok(()),
            StepKind::Write => put(&beside, &place),
            StepKind::Remove => {
                gone(fs::remove_file(&place)).and_then(|()| gone(fs::remove_file(&beside)))
            }
        };
        done.map_err(|error| OutputError::new(kind.word(), path, error))?;
    }
    gone(fs::remove_file(root.join(JOURNAL)))
        .map_err(|error| OutputError::new("remove", JOURNAL, error))
}

/// Renames, unless that was done before.
fn put(new: &Path, place: &Path) -> io::Result<()> {
    match fs::rename(new, place) {
        Err(error) if error.kind() == ErrorKind::NotFound && place.exists() => Ok(()),
        result => result,
    }
}

/// What is not there need not be removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn end_killed_run(root: &Path) -> Result<(), OutputError> {
    let failed = |error| OutputError::new("read", JOURNAL, error);
    let text = match fs::read_to_string(root.join(JOURNAL)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        text => text.map_err(failed)?,
    };
    let (steps, committed) = parse(&text).ok_or_else(|| {
        failed(io::Error::new(ErrorKind::InvalidData, "it is no journal; remove it and run again"))
    })?;
    if committed {
        return finish(root, &steps);
    }
    undo(root, &steps);
    Ok(())
}

/// The steps of a journal and whether it ends in `commit`. The run may have been killed within a line.
fn parse(text: &str) -> Option<(Vec<Step>, bool)> {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut lines = whole.lines();
    if lines.next().is_some_and(|first| first != FIRST_LINE) {
        return None;
    }
    let mut steps = Vec::new();
    while let Some(line) = lines.next() {
        if line == COMMIT {
            return lines.next().is_none().then_some((steps, true));
        }
        steps.push(Step::parse(line)?);
    }
    Some((steps, false))
}

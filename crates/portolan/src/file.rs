//! Files that hold what is worth keeping. Takes a path and a text; a crash leaves the old file or the new one, whole, and
//! nobody but its owner reads it.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Puts a text in place of a file: it is written beside it and then takes its name.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    let beside = beside(path)?;
    let written = create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        // What was begun is of no use; that it could not be removed says nothing new.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A file by which programs that change the same things wait for each other. Dropped, it lets the next one go on.
pub(crate) struct Lock(fs::File);

impl Lock {
    /// The lock at a path, not taken yet.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map(Self)
    }

    /// Takes it, if nobody else has it.
    pub(crate) fn is_taken(&self) -> io::Result<bool> {
        match self.0.try_lock() {
            Ok(()) => Ok(true),
            Err(fs::TryLockError::WouldBlock) => Ok(false),
            Err(fs::TryLockError::Error(error)) => unlockable(error).map(|()| true),
        }
    }

    /// Takes it as soon as nobody else has it.
    pub(crate) fn take(&self) -> io::Result<()> {
        self.0.lock().or_else(unlockable)
    }
}

/// Some file systems know no locks. A program that is alone needs none.
fn unlockable(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::Unsupported { Ok(()) } else { Err(error) }
}

/// The lock of a file, beside it: one that is replaced cannot be locked itself.
pub(crate) fn lock_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// A file that is one and is not too large: not a pipe, nor a device without an end.
pub(crate) fn read_bounded(path: &Path, max: u64) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut text = String::new();
    fs::File::open(path)?.take(max + 1).read_to_string(&mut text)?;
    if text.len() as u64 > max { Err(io::ErrorKind::InvalidData.into()) } else { Ok(text) }
}

/// The end of the name of a file that is being written. One that is old was left by a crash.
pub(crate) const UNFINISHED: &str = ".new";

/// Bytes that nobody can foretell.
pub(crate) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A name that no other writer of the same file has, in this process or another.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}{UNFINISHED}", hex(&random::<8>()?)));
    Ok(name.into())
}

fn create(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

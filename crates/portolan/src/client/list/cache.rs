//! Lists of models that are kept on disk: a file per provider, region, address and credential. Takes the ids that an
//! endpoint listed; returns them while they are young enough, or old ones to those who say so. What is not the cache's
//! own, is too large or is spoilt counts as nothing and is replaced. A file tells nothing of the key that it is for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use etcetera::BaseStrategy as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::pages::is_id;
use crate::discover::Credential;
use crate::file::{UNFINISHED, hex, random, read_bounded, replace};

/// The version of the files' form.
const VERSION: u32 = 1;

/// The largest file that is written or read.
const MAX_FILE: u64 = 1 << 20;

/// How many lists are kept; the oldest make room.
const MAX_LISTS: usize = 64;

/// After this a list is of no use even where nothing else can be had.
const MAX_STALE: Duration = Duration::from_secs(30 * 86_400);

/// After this a file that somebody began to write was left by a crash.
const MAX_UNFINISHED: Duration = Duration::from_secs(3_600);

/// A folder that keeps the models that endpoints list.
///
/// A list is used for an hour, unless [`ListCache::max_age`] says otherwise, then it is asked for anew. Where that fails
/// because nothing can be reached, an old one is used for up to thirty days, and [`ModelList::by`](crate::ModelList::by)
/// says so. There are at most 64 lists of at most a mebibyte; nothing in them tells the key that they were had with.
#[derive(Clone, Debug)]
pub struct ListCache {
    folder: PathBuf,
    max_age: Duration,
}

/// What a list is of: where it was asked for, and with what.
pub(super) struct Subject<'a> {
    pub(super) provider: &'a str,
    pub(super) region: Option<&'a str>,
    pub(super) address: &'a str,
    pub(super) credential: &'a Credential,
}

/// A list that was kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) ids: Vec<String>,
    pub(super) unreadable: usize,
    pub(super) fetched: i64,
    /// Whether it may be used without a word.
    pub(super) fresh: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u32,
    provider: String,
    region: Option<String>,
    mark: String,
    fetched: i64,
    unreadable: usize,
    ids: Vec<String>,
}

impl ListCache {
    /// A cache in a folder, which is made when there is something to keep.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), max_age: Duration::from_secs(3_600) }
    }

    /// The cache of this machine: in the folder that `PORTOLAN_CACHE` names, or else in `portolan` in the platform's
    /// folder for caches. Nothing, where there is no home folder.
    pub fn of_machine() -> Option<Self> {
        let named = std::env::var_os("PORTOLAN_CACHE").filter(|named| !named.is_empty());
        let folder = match named {
            Some(folder) => folder.into(),
            None => etcetera::choose_base_strategy().ok()?.cache_dir().join("portolan"),
        };
        Some(Self::new(folder))
    }

    /// Sets how long a list is used before it is asked for anew.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// The list of a subject, if there is one that is not too old for any use.
    pub(super) fn read(&self, subject: &Subject<'_>, now: i64) -> Option<Kept> {
        let mark = mark(&salt(&self.lists()).ok()?, subject);
        let form = read(&self.path(subject, &mark))?;
        let ours = form.version == VERSION
            && (form.provider.as_str(), form.region.as_deref(), form.mark.as_str())
                == (subject.provider, subject.region, mark.as_str())
            && form.ids.iter().all(|id| is_id(id));
        // A list of the future is one of a clock that was wrong.
        let age = u64::try_from(now.checked_sub(form.fetched)?).ok().map(Duration::from_secs)?;
        let Form { ids, unreadable, fetched, .. } = form;
        let kept = Kept { ids, unreadable, fetched, fresh: age <= self.max_age };
        (ours && age <= MAX_STALE).then_some(kept)
    }

    /// Keeps a list.
    pub(super) fn write(
        &self,
        subject: &Subject<'_>,
        ids: &[String],
        unreadable: usize,
        fetched: i64,
    ) -> io::Result<()> {
        let lists = self.lists();
        let salt = salt(&lists).or_else(|_| new_salt(&lists))?;
        let mark = mark(&salt, subject);
        let path = self.path(subject, &mark);
        let form = Form {
            version: VERSION,
            provider: subject.provider.to_owned(),
            region: subject.region.map(str::to_owned),
            mark,
            fetched,
            unreadable,
            ids: ids.to_vec(),
        };
        let text = serde_json::to_string(&form).map_err(io::Error::other)?;
        if text.len() as u64 > MAX_FILE {
            return Err(io::Error::other("the list is too large to be kept"));
        }
        replace(&path, &text)?;
        make_room(&lists)
    }

    fn lists(&self) -> PathBuf {
        self.folder.join("lists")
    }

    fn path(&self, subject: &Subject<'_>, mark: &str) -> PathBuf {
        let plain = |text: &str| -> String {
            let kept = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            text.chars().map(|c| if kept(c) { c } else { '_' }).take(64).collect()
        };
        let region = subject.region.map(|region| format!(".{}", plain(region)));
        let name = format!("{}{}.{mark}.json", plain(subject.provider), region.unwrap_or_default());
        self.lists().join(name)
    }
}

/// What tells subjects apart: a part of a keyed hash, whose key never leaves this folder and is readable to its owner
/// alone. Without it nothing can be tried against the mark, and with it a mark still fits more keys than there are.
fn mark(salt: &[u8], subject: &Subject<'_>) -> String {
    use secrecy::ExposeSecret as _;
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(salt) else { return String::new() };
    let credential = match subject.credential {
        Credential::None => ["", ""],
        Credential::Key(key) => ["key", key.expose_secret()],
        // Tokens come and go, and whose they are they do not say.
        Credential::Login(login) => ["login", login.oauth.id],
        // Who asks is told by the id; its secret changes nothing of the list.
        Credential::Aws { id, .. } => ["aws", id],
        // Whose they are is known only when they are had.
        #[cfg(feature = "chain")]
        Credential::Chain(_) => ["chain", ""],
    };
    let places = [subject.provider, subject.region.unwrap_or_default(), subject.address];
    for part in places.into_iter().chain(credential) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    hex(&mac.finalize().into_bytes()[..8])
}

/// The key of the marks.
fn salt(lists: &Path) -> io::Result<Vec<u8>> {
    let salt = read_bounded(&lists.join("salt"), 64)?;
    if salt.len() == 64 { Ok(salt.into_bytes()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

fn new_salt(lists: &Path) -> io::Result<Vec<u8>> {
    let text = hex(&random::<32>()?);
    replace(&lists.join("salt"), &text)?;
    // Whoever wrote last has made it.
    salt(lists)
}

fn read(path: &Path) -> Option<Form> {
    serde_json::from_str(&read_bounded(path, MAX_FILE).ok()?).ok()
}

/// Removes the oldest lists beyond the limit, and what a crash left. Another process may do the same at the same time,
/// so a file that is gone is no mistake.
fn make_room(lists: &Path) -> io::Result<()> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(lists)? {
        let path = entry?.path();
        let Ok(written) = fs::metadata(&path).and_then(|metadata| metadata.modified()) else {
            continue;
        };
        let name = path.to_string_lossy();
        let age = SystemTime::now().duration_since(written).unwrap_or_default();
        if name.ends_with(UNFINISHED) && age > MAX_UNFINISHED {
            let _ = fs::remove_file(&path);
        } else if name.ends_with(".json") {
            kept.push((written, path));
        }
    }
    kept.sort_unstable();
    let surplus = kept.len().saturating_sub(MAX_LISTS);
    for (_, path) in kept.drain(..surplus) {
        let _ = fs::remove_file(path);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("portolan-lists-{name}-{}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }

        fn files(&self) -> Vec<PathBuf> {
            let entries = fs::read_dir(self.0.join("lists")).unwrap();
            let paths = entries.map(|entry| entry.unwrap().path());
            let mut lists: Vec<_> = paths.filter(|path| path.extension().is_some()).collect();
            lists.sort();
            lists
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn subject<'a>(credential: &'a Credential, region: Option<&'a str>) -> Subject<'a> {
        Subject { provider: "acme", region, address: "https://acme.example/v1", credential }
    }

    fn ids(cache: &ListCache, subject: &Subject<'_>, now: i64) -> Option<Vec<String>> {
        cache.read(subject, now).map(|kept| kept.ids)
    }

    #[test]
    fn a_list_is_kept_per_region_and_key_and_tells_nothing_of_the_key() {
        let folder = Folder::new("apart");
        let cache = ListCache::new(&folder.0);
        let (one, two) = (Credential::Key("ac-planted-1".into()), Credential::Key("ac-2".into()));
        let listed = ["a".to_owned()];
        assert!(ids(&cache, &subject(&one, None), 0).is_none());
        cache.write(&subject(&one, Some("eu")), &listed, 1, 1_000).unwrap();
        let kept = cache.read(&subject(&one, Some("eu")), 1_000).unwrap();
        assert_eq!((kept.ids.as_slice(), kept.unreadable, kept.fresh), (&listed[..], 1, true));
        for other in [subject(&one, Some("us")), subject(&one, None), subject(&two, Some("eu"))] {
            assert!(ids(&cache, &other, 1_000).is_none());
        }
        let path = &folder.files()[0];
        let text = format!("{}{}", path.display(), fs::read_to_string(path).unwrap());
        assert!(!text.contains("planted"), "{text}");
        // Another folder marks the same key in another way: a mark alone is of no use.
        let other = Folder::new("salt");
        ListCache::new(&other.0).write(&subject(&one, Some("eu")), &listed, 0, 0).unwrap();
        assert_ne!(path.file_name(), other.files()[0].file_name());
        #[cfg(unix)]
        for path in [path.clone(), folder.0.join("lists/salt")] {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_old_is_stale_and_what_is_very_old_or_of_the_future_is_nothing() {
        let folder = Folder::new("age");
        let cache = ListCache::new(&folder.0).max_age(Duration::from_secs(60));
        let key = Credential::Key("ac-1".into());
        let subject = subject(&key, None);
        cache.write(&subject, &["a".to_owned()], 0, 1_000_000).unwrap();
        let fresh = |now| cache.read(&subject, now).map(|kept| kept.fresh);
        assert_eq!(fresh(1_000_060), Some(true));
        assert_eq!(fresh(1_000_061), Some(false));
        assert_eq!(fresh(1_000_000 + 31 * 86_400), None);
        assert_eq!(fresh(999_999), None);
    }

    #[test]
    fn what_is_spoilt_or_not_ours_is_nothing_and_is_replaced() {
        let folder = Folder::new("spoilt");
        let cache = ListCache::new(&folder.0);
        let key = Credential::Key("ac-1".into());
        let subject = subject(&key, None);
        let listed = ["a".to_owned()];
        cache.write(&subject, &listed, 0, 0).unwrap();
        let path = folder.files()[0].clone();
        let good = fs::read_to_string(&path).unwrap();
        for spoilt in [
            String::new(),
            good[..good.len() / 2].to_owned(),
            good.replace(r#""version":1"#, r#""version":2"#),
            good.replace(r#""provider":"acme""#, r#""provider":"other""#),
            good.replace(r#""ids":["a"]"#, "\"ids\":[\"a\\u001b[2J\"]"),
            good.replace(r#""ids":"#, r#""more":1,"ids":"#),
            " ".repeat(2 << 20) + &good,
        ] {
            fs::write(&path, &spoilt).unwrap();
            assert!(ids(&cache, &subject, 0).is_none(), "{spoilt:.300}");
            cache.write(&subject, &listed, 0, 0).unwrap();
            assert_eq!(ids(&cache, &subject, 0).as_deref(), Some(&listed[..]));
        }
        // A folder where the file should be, and a key of the marks that is none.
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(
            ids(&cache, &subject, 0).is_none() && cache.write(&subject, &listed, 0, 0).is_err()
        );
        fs::write(folder.0.join("lists/salt"), "short").unwrap();
        assert!(ids(&cache, &subject, 0).is_none());
        cache.write(&subject, &listed, 0, 0).unwrap();
        assert_eq!(ids(&cache, &subject, 0).as_deref(), Some(&listed[..]));
    }

    #[test]
    fn there_are_never_more_lists_than_the_limit() {
        let folder = Folder::new("many");
        let cache = ListCache::new(&folder.0);
        for number in 0..MAX_LISTS + 6 {
            let key = Credential::Key(format!("ac-{number}").into());
            cache.write(&subject(&key, None), &["a".to_owned()], 0, 0).unwrap();
        }
        assert_eq!(folder.files().len(), MAX_LISTS);
        let large: Vec<_> = (0..20_000).map(|n| format!("{n:0>100}")).collect();
        let key = Credential::None;
        assert!(cache.write(&subject(&key, None), &large, 0, 0).is_err());
    }
}

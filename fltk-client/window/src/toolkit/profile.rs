//! The profiles of this computer: the default one, which `sotto-cli` uses too, and others beside it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use wire::id::Handle;
use wire::link::Link;

use crate::state::profile::ProfileName;

const VAULT: &str = "vault.db";
/// What a profile is called, for the list; nothing depends on it.
const LABEL: &str = "label";
/// Says whose account the default profile is being made for, so that a second try goes on there.
const UNFINISHED: &str = "unfinished";
const OTHERS: &str = "profiles";
const MAX_LABEL_BYTES: usize = 256;

/// The directory of the default profile and of what belongs to all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home(PathBuf);

impl Home {
    /// A home at a directory, which need not be there.
    #[must_use]
    pub const fn at(dir: PathBuf) -> Self {
        Self(dir)
    }

    /// The platform's place for it, or `None` if the environment does not tell it.
    pub fn default(var: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        engine::default_home(var).map(Self)
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.0
    }

    /// The profiles that are there: the default one first, others by name.
    #[must_use]
    pub fn profiles(&self) -> Vec<ProfileName> {
        let mut others: Vec<ProfileName> = fs::read_dir(self.0.join(OTHERS))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|dir| dir.join(VAULT).is_file())
            .map(named)
            .collect();
        others.sort_by(|a, b| a.label.cmp(&b.label));
        let default = self.0.join(VAULT).is_file().then(|| named(self.0.clone()));
        default.into_iter().chain(others).collect()
    }

    /// The profile that a person means by its label or its directory's name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ProfileName> {
        let is_meant = |profile: &ProfileName| {
            profile.label == name || profile.dir.file_name().is_some_and(|dir| dir == name)
        };
        self.profiles().into_iter().find(is_meant)
    }

    /// Where to make a profile, and what to call it.
    pub(super) fn for_new(&self, handle: &Handle, link: &Link) -> (PathBuf, String) {
        let host = host(&link.address);
        let label = format!("{handle}@{host}");
        let unfinished = self.0.join(UNFINISHED);
        let is_ours = fs::read_to_string(&unfinished).is_ok_and(|text| text == label);
        if is_ours || !self.0.join(VAULT).exists() {
            // If it cannot be written, a second try is made beside the first.
            if private_dir(&self.0).is_ok() {
                let _ = fs::write(unfinished, &label);
            }
            return (self.0.clone(), label);
        }
        let others = self.0.join(OTHERS);
        let name = file_name(&label);
        let dir = |number: u32| match number {
            1 => others.join(&name),
            number => others.join(format!("{name}_{number}")),
        };
        // One with a label is finished; one without is an earlier try, which goes on.
        let free = (1..1_000).map(dir).find(|dir| !dir.join(LABEL).exists());
        (free.unwrap_or_else(|| others.join(name)), label)
    }

    /// Writes down what a profile is called, once it has an account.
    pub(super) fn name(&self, dir: &Path, label: Option<String>, handle: &Handle) {
        let path = dir.join(LABEL);
        if label.is_some() || !path.exists() {
            let _ = fs::write(path, label.unwrap_or_else(|| handle.to_string()));
        }
        if dir == self.0 {
            let _ = fs::remove_file(self.0.join(UNFINISHED));
        }
    }
}

/// Makes a directory that only its owner reads.
pub(super) fn private_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn named(dir: PathBuf) -> ProfileName {
    let written = fs::read_to_string(dir.join(LABEL)).unwrap_or_default();
    let written = super::line::visible(super::line::head(written.trim(), MAX_LABEL_BYTES));
    let label = if written.is_empty() {
        dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    } else {
        written.into_owned()
    };
    ProfileName { dir, label }
}

/// The host of `host:port`.
fn host(address: &str) -> &str {
    address.rsplit_once(':').map_or(address, |(host, _)| host)
}

/// A name that every file system takes.
fn file_name(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    let name: String = text.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    name.trim_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        Link { address: "relay.example:7171".into(), relay_key: [1; 32], invite: None }
    }

    fn alice() -> Handle {
        Handle::new("alice").unwrap()
    }

    #[test]
    fn the_first_profile_is_the_default_one_and_others_stand_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("sotto"));
        let (first, label) = home.for_new(&alice(), &link());
        assert_eq!((first.as_path(), label.as_str()), (home.dir(), "alice@relay.example"));
        fs::write(first.join(VAULT), "").unwrap();
        assert_eq!(home.for_new(&alice(), &link()).0, first, "an unfinished one goes on");

        home.name(&first, Some(label), &alice());
        let (second, _) = home.for_new(&alice(), &link());
        assert_eq!(second, home.dir().join("profiles/alice@relay.example"));
        fs::create_dir_all(&second).unwrap();
        fs::write(second.join(VAULT), "").unwrap();
        assert_eq!(home.for_new(&alice(), &link()).0, second);
        home.name(&second, None, &alice());
        assert!(home.for_new(&alice(), &link()).0.ends_with("alice@relay.example_2"));

        let labels: Vec<_> = home.profiles().into_iter().map(|profile| profile.label).collect();
        assert_eq!(labels, ["alice@relay.example", "alice"]);
        assert_eq!(home.find("alice").unwrap().dir, second);
    }

    #[test]
    fn a_label_cannot_deceive() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(VAULT), "").unwrap();
        fs::write(dir.path().join(LABEL), "ali\u{202e}ce\0\n").unwrap();
        assert_eq!(Home::at(dir.path().into()).profiles()[0].label, "alice");
        assert_eq!(file_name("a/../b:1@h"), "a_.._b_1@h");
    }
}

//! Where profiles live unless a front end is told otherwise.

use std::ffi::OsString;
use std::path::PathBuf;

/// The platform's data directory for Sotto, or `None` if the environment does not tell it.
#[must_use]
pub fn default_home(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let dir = |name: &str| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let data = if cfg!(windows) {
        dir("APPDATA")?
    } else if cfg!(target_os = "macos") {
        dir("HOME")?.join("Library/Application Support")
    } else {
        dir("XDG_DATA_HOME").or_else(|| Some(dir("HOME")?.join(".local/share")))?
    };
    Some(data.join("sotto"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn home_with(vars: &[(&str, &str)]) -> Option<PathBuf> {
        default_home(|name| {
            vars.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_data_directory_follows_the_desktop_rules() {
        let home = ("HOME", "/home/alice");
        assert_eq!(home_with(&[home]), Some("/home/alice/.local/share/sotto".into()));
        assert_eq!(home_with(&[home, ("XDG_DATA_HOME", "/data")]), Some("/data/sotto".into()));
        assert_eq!(
            home_with(&[home, ("XDG_DATA_HOME", "relative")]),
            Some("/home/alice/.local/share/sotto".into()),
            "the specification says to ignore a relative path"
        );
        assert_eq!(home_with(&[]), None);
    }
}

//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};
use window::palette::Theme;
use window::toolkit::config;

const HELP: &str = "\
sotto, the Sotto desktop client: end-to-end encrypted chat over a relay of your own.

usage: sotto [OPTIONS] [LINK]

LINK is an invitation to a relay (sotto://…).

  --home DIR            where profiles and settings are kept
  --profile NAME        the profile to open, by its name in the list
  --theme light|dark    the theme, until it is changed in the window
  --scale PERCENT       the size of everything, 50 to 400
  --size WIDTHxHEIGHT   the size of the window
  --trace FILE          writes how long each frame takes, a line of JSON each
  --version             prints the version
  --help                prints this

For tests, SOTTO_PASSWORD opens the profile without asking, and SOTTO_DESCRIBE names a file that
says after each frame what the window shows and where.
";

/// A command line that makes sense.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    /// Print this and end.
    Print(String),
    /// Show the window.
    Show(Box<Given>),
}

/// What was given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// An invitation.
    pub(crate) link: Option<String>,
    /// The directory of profiles and settings.
    pub(crate) home: Option<PathBuf>,
    /// The profile's label.
    pub(crate) profile: Option<String>,
    /// The theme.
    pub(crate) theme: Option<Theme>,
    /// The scale in percent.
    pub(crate) scale: Option<u16>,
    /// Width and height.
    pub(crate) size: Option<(i32, i32)>,
    /// Where the trace goes.
    pub(crate) trace: Option<PathBuf>,
}

/// Reads a command line without the program's name; the error is a sentence.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, String> {
    let args: Vec<OsString> = args.into_iter().collect();
    read(Parser::from_args(args)).map_err(|why| format!("{why}; see sotto --help."))
}

fn read(mut parser: Parser) -> Result<Invocation, lexopt::Error> {
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("help") | Arg::Short('h') => return Ok(Invocation::Print(HELP.into())),
            Arg::Long("version") | Arg::Short('V') => {
                let version = concat!("sotto ", env!("CARGO_PKG_VERSION"), "\n");
                return Ok(Invocation::Print(version.into()));
            }
            Arg::Long("home") => given.home = Some(parser.value()?.into()),
            Arg::Long("profile") => given.profile = Some(parser.value()?.string()?),
            Arg::Long("theme") => given.theme = Some(parser.value()?.parse_with(theme)?),
            Arg::Long("scale") => {
                let scale = |text: &str| config::scale(text).ok_or("expected 50 to 400");
                given.scale = Some(parser.value()?.parse_with(scale)?);
            }
            Arg::Long("size") => given.size = Some(parser.value()?.parse_with(size)?),
            Arg::Long("trace") => given.trace = Some(parser.value()?.into()),
            Arg::Value(link) if given.link.is_none() => given.link = Some(link.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Invocation::Show(Box::new(given)))
}

fn theme(text: &str) -> Result<Theme, &'static str> {
    match text {
        "light" => Ok(Theme::Light),
        "dark" => Ok(Theme::Dark),
        _ => Err("expected light or dark"),
    }
}

fn size(text: &str) -> Result<(i32, i32), &'static str> {
    let sides = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    sides
        .filter(|(w, h)| (200..=16_384).contains(w) && (200..=16_384).contains(h))
        .ok_or("expected a width and height like 1000x700")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(line: &str) -> Result<Given, String> {
        match parse(line.split_whitespace().map(Into::into))? {
            Invocation::Show(given) => Ok(*given),
            Invocation::Print(text) => Err(text),
        }
    }

    #[test]
    fn everything_can_be_given() {
        let line = "--home /h --profile a@b --theme=dark --scale 150 --size 800x600 sotto://x";
        let expected = Given {
            link: Some("sotto://x".into()),
            home: Some("/h".into()),
            profile: Some("a@b".into()),
            theme: Some(Theme::Dark),
            scale: Some(150),
            size: Some((800, 600)),
            trace: None,
        };
        assert_eq!(given(line), Ok(expected));
        assert_eq!(given(""), Ok(Given::default()));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in ["--theme blue", "--scale 5", "--size 10x", "--what", "a b", "--password x"] {
            assert!(given(line).unwrap_err().contains("see sotto --help"), "{line}");
        }
        assert!(given("--help").unwrap_err().contains("--trace"));
        assert!(given("--version").unwrap_err().starts_with("sotto 0."));
    }
}

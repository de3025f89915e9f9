//! Which file of a room is meant.

use engine::{Body, Entry, EntryKind, File, MessageId, Problem};
use wire::id::Seq;

use crate::failure::Failure;

/// The shortest beginning of an id that names a file.
pub(crate) const MIN_PREFIX_DIGITS: usize = 4;
/// The shortest that is shown.
const SHORT_ID_DIGITS: usize = 8;

/// The files of a room: their messages' ids and places.
pub(crate) type Ids = Vec<(MessageId, Seq)>;

/// The one whose id is `text`, or begins with it; `none` says that there is none.
pub(crate) fn find<T: Copy>(
    files: &[(MessageId, T)],
    text: &str,
    none: Problem,
) -> Result<T, Failure> {
    let digits = text.to_ascii_lowercase();
    if digits.len() < MIN_PREFIX_DIGITS {
        return Err(Failure::Said(format!(
            "A file is named by its id or the first {MIN_PREFIX_DIGITS} digits of it or more."
        )));
    }
    let mut meant = files.iter().filter(|(id, _)| id.to_string().starts_with(&digits));
    match (meant.next(), meant.next()) {
        (Some((_, found)), None) => Ok(*found),
        (None, _) => Err(none.into()),
        (Some(_), Some(_)) => Err(Failure::Said(format!(
            "The ids of several files begin with {digits}; give more digits of the one that is meant."
        ))),
    }
}

/// Digits that tell each file of a room from the others.
pub(crate) fn digits<T>(files: &[(MessageId, T)]) -> usize {
    let mut ids: Vec<String> = files.iter().map(|(id, _)| id.to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    let alike =
        |(a, b): (&String, &String)| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let alike = ids.iter().zip(ids.iter().skip(1)).map(alike).max().unwrap_or(0);
    SHORT_ID_DIGITS.max(alike + 1)
}

/// The file of an entry that is one, and its message's id.
pub(crate) fn is_file(entry: &Entry) -> Option<(MessageId, &File)> {
    match &entry.kind {
        EntryKind::Message { id, body: Body::File(file), .. } => Some((*id, file)),
        _ => None,
    }
}

/// The entry without its picture, which takes more memory than all the rest.
pub(crate) fn without_picture(mut entry: Entry) -> Entry {
    if let EntryKind::Message { body: Body::File(file), .. } = &mut entry.kind {
        file.thumbnail = None;
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(hex: &[&str]) -> Ids {
        let id = |hex: &&str| MessageId::from_hex(&format!("{hex:0<32}")).unwrap();
        hex.iter().map(id).zip((1..).map(Seq)).collect()
    }

    #[test]
    fn a_file_is_named_by_its_id_or_the_beginning_of_it() {
        let files = ids(&["abcd1", "abcd2", "ef00"]);
        let of =
            |text: &str| find(&files, text, Problem::NoFile).map_err(|failure| failure.to_string());
        assert_eq!(of("abcd1"), Ok(Seq(1)));
        assert_eq!(of("EF00"), Ok(Seq(3)));
        assert_eq!(of(&files[1].0.to_string()), Ok(Seq(2)));
        assert!(of("abcd").unwrap_err().contains("several files begin with abcd"));
        assert!(of("ef0").unwrap_err().contains("the first 4 digits"));
        assert_eq!(of("beef"), Err(Problem::NoFile.to_string()));
    }

    #[test]
    fn so_many_digits_are_shown_as_tell_files_apart() {
        assert_eq!(digits::<Seq>(&[]), 8);
        assert_eq!(digits(&ids(&["abcd1", "abcd2"])), 8);
        assert_eq!(digits(&ids(&["0123456789", "0123456788", "ff"])), 10);
        assert_eq!(digits(&ids(&["ab", "ab"])), 8, "one id twice is no reason");
    }
}

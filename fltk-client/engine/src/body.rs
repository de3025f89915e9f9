//! What a message says, as it travels and is stored: kind ‖ fields (PROTOCOL §10.5).

use wire::codec::{Bytes, Field, Reader, Writer};
use zeroize::Zeroizing;

use crate::encoding::{put_text, read_any_text, read_text};
use crate::event::{Body, File, FileAccess, Thumbnail};
use crate::file::FileSecret;
use crate::{MAX_FILE_NAME_BYTES, MAX_MEDIA_TYPE_BYTES, MAX_THUMBNAIL_BYTES};

/// The kinds of content that are bodies.
pub(crate) mod kind {
    pub(crate) const TEXT: u8 = 1;
    pub(crate) const FILE: u8 = 6;
    /// With notes, before one of those.
    pub(crate) const NOTED: u8 = 7;
    /// Never sent: what is left of a message that was taken back.
    pub(crate) const DELETED: u8 = 12;
}

impl Body {
    /// Reads what follows the kind, of what can be said.
    pub(crate) fn decode_kind(kind: u8, r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        match kind {
            kind::TEXT => read_any_text(r).map(Self::Text),
            kind::FILE => File::decode(r).map(Self::File),
            _ => Err(wire::Error::Malformed { what: Self::WHAT }),
        }
    }
}

impl Field for Body {
    const WHAT: &'static str = "body of a message";

    fn encode(&self, w: &mut Writer) {
        match self {
            Self::Text(text) => {
                w.put(&[kind::TEXT]);
                put_text(w, text);
            }
            Self::File(file) => {
                w.put(&[kind::FILE]);
                file.encode(w);
            }
            Self::Deleted => w.put(&[kind::DELETED]),
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        match r.array(Self::WHAT)? {
            [kind::DELETED] => Ok(Self::Deleted),
            [kind] => Self::decode_kind(kind, r),
        }
    }
}

impl Field for File {
    const WHAT: &'static str = "file";

    fn encode(&self, w: &mut Writer) {
        self.access.encode(w);
        self.size.encode(w);
        put_text(w, &self.name);
        put_text(w, &self.media_type);
        self.thumbnail.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let file = Self {
            access: Field::decode(r)?,
            size: Field::decode(r)?,
            name: read_text(r, MAX_FILE_NAME_BYTES)?,
            media_type: read_text(r, MAX_MEDIA_TYPE_BYTES)?,
            thumbnail: Field::decode(r)?,
        };
        let is_named = !file.name.is_empty() && !file.media_type.is_empty();
        // What is larger than any file has no place in the log of one.
        let is_file = wire::chunk::Layout::of_content(file.size).is_some();
        if is_named && is_file {
            Ok(file)
        } else {
            Err(wire::Error::Malformed { what: Self::WHAT })
        }
    }
}

impl Field for FileAccess {
    const WHAT: &'static str = "access to a file";

    fn encode(&self, w: &mut Writer) {
        self.file.encode(w);
        self.key.encode(w);
        self.hash.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self { file: Field::decode(r)?, key: Field::decode(r)?, hash: Field::decode(r)? })
    }
}

impl Field for FileSecret {
    const WHAT: &'static str = "key of a file";

    fn encode(&self, w: &mut Writer) {
        self.0.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self(Zeroizing::new(r.array(Self::WHAT)?)))
    }
}

impl Field for Thumbnail {
    const WHAT: &'static str = "thumbnail";

    fn encode(&self, w: &mut Writer) {
        w.count(self.0.len());
        w.put(&self.0);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Bytes::<MAX_THUMBNAIL_BYTES>::decode(r).map(|bytes| Self(bytes.into_vec()))
    }
}

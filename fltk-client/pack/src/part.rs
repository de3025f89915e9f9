//! Writing what has parts.

use serde::ser::{self, Serialize};

use crate::Error;
use crate::write::Serializer;

/// What is being written piece by piece.
#[derive(Debug)]
pub struct Parts<'s, 'a> {
    serializer: &'s mut Serializer<'a>,
    /// Where a sequence begins that may turn out to be a byte string.
    sequence_at: Option<usize>,
    /// How many it has.
    length: usize,
    /// How many of those that were written are a `u8`.
    bytes: usize,
}

impl<'s, 'a> Parts<'s, 'a> {
    pub(crate) const fn new(
        serializer: &'s mut Serializer<'a>,
        sequence_at: Option<usize>,
        length: usize,
    ) -> Self {
        Self { serializer, sequence_at, length, bytes: 0 }
    }

    fn part(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let start = self.serializer.to.len();
        self.serializer.byte_at = None;
        value.serialize(&mut *self.serializer)?;
        if self.serializer.byte_at == Some(start) {
            self.bytes += 1;
        }
        Ok(())
    }

    /// The value around it begins earlier than its last part.
    fn finish(self) -> Result<(), Error> {
        self.serializer.byte_at = None;
        match self.sequence_at {
            Some(start) if self.length > 0 && self.bytes == self.length => {
                self.serializer.compact(start, self.length)
            }
            _ => Ok(()),
        }
    }
}

/// Methods of the traits for what has parts without names.
macro_rules! parts {
    ($($access:ident $method:ident;)*) => {$(
        impl ser::$access for Parts<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.part(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        }
    )*};
}

parts! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

/// Methods of the traits for what has parts with names.
macro_rules! named_parts {
    ($($access:ident)*) => {$(
        impl ser::$access for Parts<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.serializer.text(name)?;
                self.part(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        }
    )*};
}

named_parts! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Parts<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.part(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.part(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

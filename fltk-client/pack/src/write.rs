//! Writing.

use serde::ser::{self, Serialize};
use zeroize::Zeroizing;

use crate::Error;
use crate::config::BytesMode;
use crate::part::Parts;

/// Writes a value.
///
/// # Errors
/// [`Error`] for floating point, for sequences that do not know how long they are, and for more than
/// 2^32 of anything.
pub fn to_vec_named(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::new(&mut bytes))?;
    Ok(bytes)
}

/// Appends values to bytes, each number as short as it may be.
#[derive(Debug)]
pub struct Serializer<'a> {
    pub(crate) to: &'a mut Vec<u8>,
    mode: BytesMode,
    /// Where the last value begins, if it was a `u8` and nothing around one.
    pub(crate) byte_at: Option<usize>,
}

impl<'a> Serializer<'a> {
    /// Appends to these.
    pub const fn new(to: &'a mut Vec<u8>) -> Self {
        Self { to, mode: BytesMode::Normal, byte_at: None }
    }

    /// Structures are maps from the names of fields; they are so in any case.
    #[must_use]
    pub const fn with_struct_map(self) -> Self {
        self
    }

    /// What is written as a byte string from now on.
    #[must_use]
    pub const fn with_bytes(mut self, mode: BytesMode) -> Self {
        self.mode = mode;
        self
    }

    /// A marker, and a number in the first of its forms that it fits: 1, 2 or 4 bytes, of which
    /// there may be no first.
    fn length(&mut self, markers: [Option<u8>; 3], length: usize) -> Result<(), Error> {
        let bytes = u32::try_from(length).map_err(|_| Error)?.to_be_bytes();
        let (marker, bytes) = match (markers, &bytes) {
            ([Some(marker), ..], [0, 0, 0, bytes @ ..]) => (Some(marker), bytes.as_slice()),
            ([_, marker, _], [0, 0, bytes @ ..]) => (marker, bytes.as_slice()),
            ([_, _, marker], bytes) => (marker, bytes.as_slice()),
        };
        self.to.push(marker.ok_or(Error)?);
        self.to.extend_from_slice(bytes);
        Ok(())
    }

    /// As [`Serializer::length`], or in the marker itself below `limit`.
    fn short_length(
        &mut self,
        (base, limit): (u8, u8),
        markers: [Option<u8>; 3],
        length: usize,
    ) -> Result<(), Error> {
        match u8::try_from(length) {
            Ok(length) if length < limit => {
                self.to.push(base | length);
                Ok(())
            }
            _ => self.length(markers, length),
        }
    }

    #[inline(never)]
    fn array(&mut self, length: usize) -> Result<(), Error> {
        self.short_length((0x90, 16), [None, Some(0xdc), Some(0xdd)], length)
    }

    #[inline(never)]
    fn map(&mut self, length: usize) -> Result<(), Error> {
        self.short_length((0x80, 16), [None, Some(0xde), Some(0xdf)], length)
    }

    #[inline(never)]
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Error> {
        self.short_length((0xa0, 32), [Some(0xd9), Some(0xda), Some(0xdb)], text.len())?;
        self.to.extend_from_slice(text.as_bytes());
        Ok(())
    }

    #[inline(never)]
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.length([Some(0xc4), Some(0xc5), Some(0xc6)], bytes.len())?;
        self.to.extend_from_slice(bytes);
        Ok(())
    }

    #[inline(never)]
    fn unsigned(&mut self, number: u64) {
        let bytes = number.to_be_bytes();
        match bytes {
            [0, 0, 0, 0, 0, 0, 0, small @ ..=0x7f] => self.to.push(small),
            [0, 0, 0, 0, 0, 0, 0, byte] => self.to.extend_from_slice(&[0xcc, byte]),
            [0, 0, 0, 0, 0, 0, ref two @ ..] => {
                self.to.push(0xcd);
                self.to.extend_from_slice(two);
            }
            [0, 0, 0, 0, ref four @ ..] => {
                self.to.push(0xce);
                self.to.extend_from_slice(four);
            }
            ref eight => {
                self.to.push(0xcf);
                self.to.extend_from_slice(eight);
            }
        }
    }

    #[inline(never)]
    fn signed(&mut self, number: i64) {
        if let Ok(number) = u64::try_from(number) {
            self.unsigned(number);
        } else if let Ok(byte) = i8::try_from(number) {
            if byte < -32 {
                self.to.push(0xd0);
            }
            self.to.extend_from_slice(&byte.to_be_bytes());
        } else if let Ok(two) = i16::try_from(number) {
            self.to.push(0xd1);
            self.to.extend_from_slice(&two.to_be_bytes());
        } else if let Ok(four) = i32::try_from(number) {
            self.to.push(0xd2);
            self.to.extend_from_slice(&four.to_be_bytes());
        } else {
            self.to.push(0xd3);
            self.to.extend_from_slice(&number.to_be_bytes());
        }
    }

    /// A map of one, from the name of a variant to what follows.
    fn variant(&mut self, variant: &str) -> Result<(), Error> {
        self.map(1)?;
        self.text(variant)
    }
}

impl<'a> Serializer<'a> {
    /// Makes a byte string of the sequence of `length` bytes that was written from `start` on.
    #[inline(never)]
    pub(crate) fn compact(&mut self, start: usize, length: usize) -> Result<(), Error> {
        let header = match length {
            0..16 => 1,
            16..0x1_0000 => 3,
            _ => 5,
        };
        let mut rest = self.to.get(start + header..).ok_or(Error)?.iter();
        // It may be a key.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        while let Some(byte) = rest.next() {
            bytes.push(if *byte == 0xcc { *rest.next().ok_or(Error)? } else { *byte });
        }
        self.to.truncate(start);
        self.bytes(&bytes)
    }

    fn parts<'s>(&'s mut self, sequence_at: Option<usize>, length: usize) -> Parts<'s, 'a> {
        Parts::new(self, sequence_at, length)
    }

    /// What is written in another's place is not what it was by itself.
    fn wrap(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        value.serialize(&mut *self)?;
        self.byte_at = None;
        Ok(())
    }
}

/// Methods for numbers of a sign, and for those of none.
macro_rules! numbers {
    ($($method:ident($number:ty) $other:ident;)*) => {$(
        fn $method(self, number: $number) -> Result<(), Error> {
            self.$other(number.into());
            Ok(())
        }
    )*};
}

impl<'s, 'a> ser::Serializer for &'s mut Serializer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Parts<'s, 'a>;
    type SerializeTuple = Parts<'s, 'a>;
    type SerializeTupleStruct = Parts<'s, 'a>;
    type SerializeTupleVariant = Parts<'s, 'a>;
    type SerializeMap = Parts<'s, 'a>;
    type SerializeStruct = Parts<'s, 'a>;
    type SerializeStructVariant = Parts<'s, 'a>;

    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        serialize_u16(u16) unsigned;
        serialize_u32(u32) unsigned;
        serialize_u64(u64) unsigned;
        serialize_i8(i8) signed;
        serialize_i16(i16) signed;
        serialize_i32(i32) signed;
        serialize_i64(i64) signed;
    }

    fn serialize_u8(self, number: u8) -> Result<(), Error> {
        self.byte_at = Some(self.to.len());
        self.unsigned(number.into());
        Ok(())
    }

    fn serialize_bool(self, is: bool) -> Result<(), Error> {
        self.to.push(if is { 0xc3 } else { 0xc2 });
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_f64(self, _: f64) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_char(self, character: char) -> Result<(), Error> {
        self.text(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        self.text(text)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes(bytes)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.wrap(value)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.to.push(0xc0);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.array(0)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.wrap(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.variant(variant)?;
        self.wrap(value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Parts<'s, 'a>, Error> {
        let (start, length) = (self.to.len(), length.ok_or(Error)?);
        self.array(length)?;
        let may_be_bytes = self.mode == BytesMode::ForceIterables;
        Ok(self.parts(may_be_bytes.then_some(start), length))
    }

    fn serialize_tuple(self, length: usize) -> Result<Parts<'s, 'a>, Error> {
        self.array(length)?;
        Ok(self.parts(None, length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Parts<'s, 'a>, Error> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Parts<'s, 'a>, Error> {
        self.variant(variant)?;
        self.serialize_tuple(length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Parts<'s, 'a>, Error> {
        let length = length.ok_or(Error)?;
        self.map(length)?;
        Ok(self.parts(None, length))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Parts<'s, 'a>, Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Parts<'s, 'a>, Error> {
        self.variant(variant)?;
        self.serialize_map(Some(length))
    }
}

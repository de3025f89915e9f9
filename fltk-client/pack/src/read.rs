//! Reading.

use serde::de::value::SeqDeserializer;
use serde::de::{self, DeserializeSeed, Visitor};
use serde::forward_to_deserialize_any;

use crate::Error;

/// How deep values may be in each other; OpenMLS's are some ten.
const MAX_DEPTH: u16 = 1024;

/// Reads a value from the beginning of `bytes`.
///
/// # Errors
/// [`Error`] when they are not one of that type.
pub fn from_slice<'de, T: de::Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    T::deserialize(&mut Reader { rest: bytes, depth: MAX_DEPTH })
}

struct Reader<'de> {
    rest: &'de [u8],
    /// How much deeper values may be.
    depth: u16,
}

/// What stands at the beginning of every value, with all of those that have no others in them.
enum Head<'de> {
    Nil,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Text(&'de [u8]),
    Bytes(&'de [u8]),
    /// That many values.
    Array(u32),
    /// That many pairs of values.
    Map(u32),
}

impl<'de> Reader<'de> {
    fn take(&mut self, length: usize) -> Result<&'de [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Error)?;
        self.rest = rest;
        Ok(taken)
    }

    /// An unsigned number of that many bytes.
    fn unsigned(&mut self, length: usize) -> Result<u64, Error> {
        Ok(self.take(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A signed number of that many bytes.
    fn signed(&mut self, length: usize) -> Result<i64, Error> {
        let first = self.rest.first().ok_or(Error)?;
        let sign = if first & 0x80 == 0 { 0 } else { -1 };
        Ok(self.take(length)?.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte)))
    }

    fn count(&mut self, length: usize) -> Result<u32, Error> {
        u32::try_from(self.unsigned(length)?).map_err(|_| Error)
    }

    /// What follows a length of that many bytes.
    fn block(&mut self, length: usize) -> Result<&'de [u8], Error> {
        let length = usize::try_from(self.unsigned(length)?).map_err(|_| Error)?;
        self.take(length)
    }

    fn is_next(&self, marker: u8) -> bool {
        self.rest.first() == Some(&marker)
    }

    #[inline(never)]
    fn head(&mut self) -> Result<Head<'de>, Error> {
        let (marker, rest) = self.rest.split_first().ok_or(Error)?;
        self.rest = rest;
        Ok(match *marker {
            small @ 0..=0x7f => Head::Unsigned(small.into()),
            map @ 0x80..=0x8f => Head::Map((map & 0x0f).into()),
            array @ 0x90..=0x9f => Head::Array((array & 0x0f).into()),
            text @ 0xa0..=0xbf => Head::Text(self.take((text & 0x1f).into())?),
            0xc0 => Head::Nil,
            0xc2 => Head::Bool(false),
            0xc3 => Head::Bool(true),
            0xc4 => Head::Bytes(self.block(1)?),
            0xc5 => Head::Bytes(self.block(2)?),
            0xc6 => Head::Bytes(self.block(4)?),
            0xcc => Head::Unsigned(self.unsigned(1)?),
            0xcd => Head::Unsigned(self.unsigned(2)?),
            0xce => Head::Unsigned(self.unsigned(4)?),
            0xcf => Head::Unsigned(self.unsigned(8)?),
            0xd0 => Head::Signed(self.signed(1)?),
            0xd1 => Head::Signed(self.signed(2)?),
            0xd2 => Head::Signed(self.signed(4)?),
            0xd3 => Head::Signed(self.signed(8)?),
            0xd9 => Head::Text(self.block(1)?),
            0xda => Head::Text(self.block(2)?),
            0xdb => Head::Text(self.block(4)?),
            0xdc => Head::Array(self.count(2)?),
            0xdd => Head::Array(self.count(4)?),
            0xde => Head::Map(self.count(2)?),
            0xdf => Head::Map(self.count(4)?),
            negative @ 0xe0.. => Head::Signed(i64::from(negative) - 0x100),
            // Floating point, extensions, and what was never given a meaning.
            _ => return Err(Error),
        })
    }

    #[inline(never)]
    fn number(&mut self) -> Result<Head<'de>, Error> {
        match self.head()? {
            number @ (Head::Unsigned(_) | Head::Signed(_)) => Ok(number),
            _ => Err(Error),
        }
    }

    #[inline(never)]
    fn text(&mut self) -> Result<&'de str, Error> {
        match self.head()? {
            Head::Text(text) => core::str::from_utf8(text).map_err(|_| Error),
            _ => Err(Error),
        }
    }

    #[inline(never)]
    fn map(&mut self) -> Result<u32, Error> {
        match self.head()? {
            Head::Map(pairs) => Ok(pairs),
            _ => Err(Error),
        }
    }

    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.number()? {
            Head::Signed(number) => visitor.visit_i64(number),
            Head::Unsigned(number) => visitor.visit_u64(number),
            _ => Err(Error),
        }
    }

    fn visit_array<V: Visitor<'de>>(&mut self, left: u32, visitor: V) -> Result<V::Value, Error> {
        let mut parts = self.parts(left)?;
        let value = visitor.visit_seq(&mut parts)?;
        parts.end()?;
        Ok(value)
    }

    fn visit_pairs<V: Visitor<'de>>(&mut self, left: u32, visitor: V) -> Result<V::Value, Error> {
        let mut parts = self.parts(left)?;
        let value = visitor.visit_map(&mut parts)?;
        parts.end()?;
        Ok(value)
    }

    fn parts(&mut self, left: u32) -> Result<Parts<'_, 'de>, Error> {
        self.depth = self.depth.checked_sub(1).ok_or(Error)?;
        Ok(Parts { reader: self, left })
    }
}

/// What is left of an array or a map.
struct Parts<'a, 'de> {
    reader: &'a mut Reader<'de>,
    left: u32,
}

impl Parts<'_, '_> {
    /// Whether there is another, which is then to be read.
    fn advance(&mut self) -> bool {
        let left = self.left.checked_sub(1);
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    fn end(self) -> Result<(), Error> {
        self.reader.depth += 1;
        if self.left == 0 { Ok(()) } else { Err(Error) }
    }
}

impl<'de> de::SeqAccess<'de> for Parts<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if self.advance() { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.left).ok()
    }
}

impl<'de> de::MapAccess<'de> for Parts<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if self.advance() { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.left).ok()
    }
}

/// A variant of an enumeration: its name alone, or a map of one from its name to what it holds.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    is_alone: bool,
}

impl<'a, 'de> Variant<'a, 'de> {
    fn content(self) -> Result<&'a mut Reader<'de>, Error> {
        if self.is_alone { Err(Error) } else { Ok(self.reader) }
    }
}

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        Ok((seed.deserialize(&mut *self.reader)?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.is_alone || matches!(self.reader.head()?, Head::Nil) {
            true => Ok(()),
            false => Err(Error),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        de::Deserializer::deserialize_tuple(self.content()?, len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        de::Deserializer::deserialize_struct(self.content()?, "", fields, visitor)
    }
}

/// Methods for numbers, which are written as short as they are, whatever their type.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.visit_number(visitor)
        }
    )*};
}

/// Methods for what has a name or a length that is not looked at.
macro_rules! like {
    ($($method:ident($($argument:ty),*) $other:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $(_: $argument,)*
            visitor: V,
        ) -> Result<V::Value, Error> {
            self.$other(visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.head()? {
            Head::Nil => visitor.visit_unit(),
            Head::Bool(is) => visitor.visit_bool(is),
            Head::Unsigned(number) => visitor.visit_u64(number),
            Head::Signed(number) => visitor.visit_i64(number),
            Head::Text(text) => {
                visitor.visit_borrowed_str(core::str::from_utf8(text).map_err(|_| Error)?)
            }
            Head::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Head::Array(left) => self.visit_array(left, visitor),
            Head::Map(left) => self.visit_pairs(left, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.head()? {
            Head::Bool(is) => visitor.visit_bool(is),
            _ => Err(Error),
        }
    }

    numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.text()?)
    }

    /// Byte strings, also those that were written as sequences.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.head()? {
            Head::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Head::Array(left) => self.visit_array(left, visitor),
            _ => Err(Error),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_next(0xc0) {
            self.head()?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.head()? {
            Head::Nil | Head::Array(0) => visitor.visit_unit(),
            _ => Err(Error),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// Sequences, also those that were written as byte strings.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.head()? {
            Head::Array(left) => self.visit_array(left, visitor),
            Head::Bytes(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied())),
            _ => Err(Error),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = self.map()?;
        self.visit_pairs(left, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let is_alone = !self.is_next(0x81);
        if !is_alone {
            self.map()?;
        }
        visitor.visit_enum(Variant { reader: self, is_alone })
    }

    like! {
        deserialize_string() deserialize_str;
        deserialize_char() deserialize_str;
        deserialize_identifier() deserialize_str;
        deserialize_byte_buf() deserialize_bytes;
        deserialize_unit_struct(&'static str) deserialize_unit;
        deserialize_tuple(usize) deserialize_seq;
        deserialize_tuple_struct(&'static str, usize) deserialize_seq;
        deserialize_struct(&'static str, &'static [&'static str]) deserialize_map;
    }

    forward_to_deserialize_any! { f32 f64 ignored_any }
}

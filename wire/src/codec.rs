//! The canonical encoding of messages (PROTOCOL §6): big-endian integers, length-prefixed bytes
//! with a maximum per field, nothing optional by absence, no trailing bytes, no recursion.
//!
//! A value has exactly one encoding, and decoding takes time linear in the input.

use core::fmt;
use core::ops::Deref;

use crate::Error;

/// Reads fields from a slice and never past it.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`] naming `what` when fewer are left.
    pub fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], Error> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(Error::Malformed { what })?;
        self.rest = rest;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// [`Error::Malformed`] naming `what` when fewer are left.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Error> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(Error::Malformed { what })?;
        self.rest = rest;
        Ok(*head)
    }

    /// A 4-byte count of at most `max`.
    ///
    /// # Errors
    /// [`Error::Limit`] when it is larger, [`Error::Malformed`] when it is cut short.
    pub fn count(&mut self, max: usize, what: &'static str) -> Result<usize, Error> {
        let got = usize::try_from(u32::from_be_bytes(self.array(what)?)).unwrap_or(usize::MAX);
        if got > max { Err(Error::Limit { what, got, max }) } else { Ok(got) }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`Error::Malformed`] when bytes are left over.
    pub const fn finish(self, what: &'static str) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(Error::Malformed { what }) }
    }
}

/// Appends fields to a buffer.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Appends bytes as they are.
    pub fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends a 4-byte count. Bounded types keep every count far below the limit of `u32`.
    pub fn count(&mut self, count: usize) {
        self.put(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    }

    /// The bytes written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A value with one canonical encoding.
pub trait Field: Sized {
    /// Its name in errors.
    const WHAT: &'static str;

    /// Appends the encoding.
    fn encode(&self, w: &mut Writer);

    /// Reads one value.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::Limit`]; the peer is not to be trusted with more.
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error>;

    /// The encoding on its own.
    fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::default();
        self.encode(&mut w);
        w.into_bytes()
    }

    /// Reads a value that fills `bytes` to the end.
    ///
    /// # Errors
    /// As [`Field::decode`], and [`Error::Malformed`] for trailing bytes.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let value = Self::decode(&mut r)?;
        r.finish(Self::WHAT)?;
        Ok(value)
    }
}

macro_rules! integer {
    ($($int:ty),*) => {$(
        impl Field for $int {
            const WHAT: &'static str = stringify!($int);

            fn encode(&self, w: &mut Writer) {
                w.put(&self.to_be_bytes());
            }

            fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
                Ok(Self::from_be_bytes(r.array(Self::WHAT)?))
            }
        }
    )*};
}

integer!(u8, u16, u32, u64);

impl Field for bool {
    const WHAT: &'static str = "bool";

    fn encode(&self, w: &mut Writer) {
        w.put(&[u8::from(*self)]);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        match r.array(Self::WHAT)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(Error::Malformed { what: Self::WHAT }),
        }
    }
}

impl<const N: usize> Field for [u8; N] {
    const WHAT: &'static str = "array";

    fn encode(&self, w: &mut Writer) {
        w.put(self);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.array(Self::WHAT)
    }
}

impl<T: Field> Field for Option<T> {
    const WHAT: &'static str = T::WHAT;

    fn encode(&self, w: &mut Writer) {
        self.is_some().encode(w);
        if let Some(value) = self {
            value.encode(w);
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        bool::decode(r)?.then(|| T::decode(r)).transpose()
    }
}

/// At most `MAX` bytes.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes<const MAX: usize>(Vec<u8>);

impl<const MAX: usize> Bytes<MAX> {
    /// Takes bytes that fit.
    ///
    /// # Errors
    /// [`Error::Limit`] when there are more than `MAX`.
    pub fn new(bytes: Vec<u8>) -> Result<Self, Error> {
        match bytes.len() {
            got if got > MAX => Err(Error::Limit { what: Self::WHAT, got, max: MAX }),
            _ => Ok(Self(bytes)),
        }
    }

    /// The bytes.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

impl<const MAX: usize> Deref for Bytes<MAX> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Shows the length alone: contents may be secret, and are never readable.
impl<const MAX: usize> fmt::Debug for Bytes<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl<const MAX: usize> Field for Bytes<MAX> {
    const WHAT: &'static str = "bytes";

    fn encode(&self, w: &mut Writer) {
        w.count(self.0.len());
        w.put(&self.0);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        let count = r.count(MAX, Self::WHAT)?;
        Ok(Self(r.take(count, Self::WHAT)?.to_vec()))
    }
}

/// At most `MAX` values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Field, const MAX: usize> List<T, MAX> {
    /// Takes values that fit.
    ///
    /// # Errors
    /// [`Error::Limit`] when there are more than `MAX`.
    pub fn new(values: Vec<T>) -> Result<Self, Error> {
        match values.len() {
            got if got > MAX => Err(Error::Limit { what: T::WHAT, got, max: MAX }),
            _ => Ok(Self(values)),
        }
    }

    /// The values.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MAX: usize> Deref for List<T, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Field, const MAX: usize> Field for List<T, MAX> {
    const WHAT: &'static str = T::WHAT;

    fn encode(&self, w: &mut Writer) {
        w.count(self.0.len());
        for value in &self.0 {
            value.encode(w);
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        let count = r.count(MAX, Self::WHAT)?;
        let mut values = Vec::new();
        for _ in 0..count {
            values.push(T::decode(r)?);
        }
        Ok(Self(values))
    }
}

//! What front ends keep in the profile for themselves: drafts, sizes of windows, and so on.

use wire::codec::Bytes;

use super::{Client, Now};
use crate::{Event, MAX_KEPT_BYTES, Problem};

/// A value of a front end.
type Value = Bytes<MAX_KEPT_BYTES>;

impl Client {
    /// Keeps a value, or deletes the one of this name.
    pub(super) fn keep(&mut self, name: &str, value: Vec<u8>, now: Now) -> Result<(), Problem> {
        let got = value.len();
        let value =
            Value::new(value).map_err(|_| Problem::KeptTooLong { got, max: MAX_KEPT_BYTES })?;
        let name = place(name);
        self.transact(now, |client| match value.is_empty() {
            true => client.vault.delete_value(&name),
            false => client.vault.put_value(&name, &value),
        })
    }

    /// Tells what is kept under a name.
    pub(super) fn recall(&mut self, name: String) -> Result<(), Problem> {
        let value = self.vault.value::<Value>(&place(&name))?;
        let value = value.map(Value::into_vec).unwrap_or_default();
        self.tell(Event::Kept { name, value });
        Ok(())
    }
}

/// Where a front end's value stands in the vault: among no others.
fn place(name: &str) -> Vec<u8> {
    [b"kept/", name.as_bytes()].concat()
}

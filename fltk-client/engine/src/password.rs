//! Stretching passwords: slow and memory-hungry on purpose, so that guessing is.

use argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::errors::InternalError;
use opaque_ke::generic_array::{ArrayLength, GenericArray};
use zeroize::Zeroizing;

use crate::Problem;

/// What one try of a password costs (Argon2id, RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// Of an account, on each login: the second recommended option of RFC 9106 §4 with one lane,
    /// 64 MiB and three passes. The same for all its devices.
    pub const ACCOUNT: Self = Self { memory_kib: 64 * 1_024, passes: 3 };
    /// Of a profile, each time it is opened: as much work as an account's in less memory, 24 MiB and
    /// eight passes, because it is what a client needs most memory for.
    pub const PROFILE: Self = Self { memory_kib: 24 * 1_024, passes: 8 };
    /// As cheap as Argon2 gets, for simulations of many clients. Protects nothing.
    pub const SIMULATION: Self = Self { memory_kib: 8, passes: 1 };

    fn argon2(self) -> Result<Argon2<'static>, Problem> {
        // A damaged file must not ask for all memory there is.
        if self.memory_kib > 1 << 20 || self.passes > 64 {
            return Err(Problem::ProfileDamaged);
        }
        let params = Params::new(self.memory_kib, self.passes, 1, None)
            .map_err(|_| Problem::ProfileDamaged)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// The key that a password and a salt make.
///
/// # Errors
/// [`Problem::ProfileDamaged`] when `cost` or `salt` is outside Argon2's bounds.
pub(crate) fn stretch(
    password: &str,
    salt: &[u8],
    cost: Cost,
) -> Result<Zeroizing<[u8; 32]>, Problem> {
    let mut key = Zeroizing::new([0; 32]);
    cost.argon2()?
        .hash_password_into(password.as_bytes(), salt, key.as_mut())
        .map_err(|_| Problem::ProfileDamaged)?;
    Ok(key)
}

/// OPAQUE's key-stretching function (RFC 9807 §4). Its salt is zero there: the OPRF salts.
#[derive(Debug)]
pub(crate) struct Stretch(Cost);

impl Stretch {
    pub(crate) const fn new(cost: Cost) -> Self {
        Self(cost)
    }
}

impl Default for Stretch {
    fn default() -> Self {
        Self(Cost::ACCOUNT)
    }
}

impl opaque_ke::ksf::Ksf for Stretch {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        let mut output = GenericArray::default();
        self.0
            .argon2()
            .map_err(|_| InternalError::KsfError)?
            .hash_password_into(&input, &[0; 16], &mut output)
            .map_err(|_| InternalError::KsfError)?;
        Ok(output)
    }
}

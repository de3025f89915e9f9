//! Random names of messages and commands.

use engine::MessageId;

use crate::failure::Failure;

/// A new id from the system's generator.
pub(crate) fn id() -> Result<MessageId, Failure> {
    let mut bytes = [0; 16];
    let failed = |error| {
        Failure::Said(format!("The system gave no random numbers ({error}); nothing was done."))
    };
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(MessageId::from_array(bytes))
}

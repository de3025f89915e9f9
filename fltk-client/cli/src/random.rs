//! Random names of messages.

use engine::MessageId;

use crate::failure::Failure;

/// A new message id from the system's generator.
pub(crate) fn message_id() -> Result<MessageId, Failure> {
    let mut bytes = [0; 16];
    let failed = |error| {
        Failure::Said(format!("The system gave no random numbers ({error}); nothing was sent."))
    };
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(MessageId::from_array(bytes))
}

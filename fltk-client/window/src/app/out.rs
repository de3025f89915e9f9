//! What an update wants done.

use std::collections::VecDeque;

use engine::{Command, RequestId};

use crate::effect::Effect;

/// Collects effects, and names requests.
#[derive(Debug, Default)]
pub struct Out {
    effects: VecDeque<Effect>,
    /// For tests: the next id, counted instead of random.
    counted: Option<u64>,
}

impl Out {
    /// One that names requests by counting, so that tests can tell them.
    #[must_use]
    pub fn counting() -> Self {
        Self { counted: Some(0), ..Self::default() }
    }

    /// Wants something done.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    /// Wants a command given to the engine.
    pub fn command(&mut self, command: Command) {
        self.effect(Effect::Command(command));
    }

    /// A new name for a request or message.
    pub fn id(&mut self) -> RequestId {
        let mut id = [0; 16];
        match &mut self.counted {
            Some(count) => {
                *count += 1;
                for (byte, counted) in id.iter_mut().zip(count.to_le_bytes()) {
                    *byte = counted;
                }
            }
            // A system that gives no randomness has refused the profile's keys before.
            None => drop(getrandom::fill(&mut id)),
        }
        RequestId::from_array(id)
    }

    /// What waits to be done, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter()
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }
}

//! Reactions to messages: one for each account and emoji.

use wire::id::{Handle, RoomId, Seq};

use super::Client;
use crate::content::Content;
use crate::event::{EntryKind, Reaction, RequestId};
use crate::said::{Reference, is_emoji};
use crate::vault::{MAX_EMOJIS, MAX_REACTING};
use crate::{MAX_REACTION_BYTES, Problem, Reacting};

impl Client {
    /// Queues a reaction.
    pub(super) fn react(
        &mut self,
        id: RequestId,
        (room, seq): (RoomId, Seq),
        (emoji, what): (String, Reacting),
    ) -> Result<(), Problem> {
        if !is_emoji(&emoji) {
            return Err(Problem::ReactionInvalid { max: MAX_REACTION_BYTES });
        }
        let to = self.target(room, seq)?.reference;
        self.queue(room, Some(id), Content::Reaction { to, emoji, what })
    }

    /// Somebody's reaction. What is known of no message, or changes nothing, is dropped.
    pub(super) fn take_reaction(
        &mut self,
        room: RoomId,
        by: &Handle,
        to: &Reference,
        (emoji, what): (String, Reacting),
    ) -> Result<(), Problem> {
        let Some(mut target) = self.find(room, to)? else { return Ok(()) };
        let EntryKind::Message { state, .. } = &mut target.line.entry.kind else { return Ok(()) };
        if apply(&mut state.reactions, by, emoji, what) {
            self.change_line(room, target.line)?;
        }
        Ok(())
    }
}

/// Whether anything changed.
fn apply(reactions: &mut Vec<Reaction>, by: &Handle, emoji: String, what: Reacting) -> bool {
    let count = reactions.len();
    let known = reactions.iter_mut().find(|reaction| reaction.emoji == emoji);
    match (known, what) {
        (Some(reaction), Reacting::Add) => {
            let is_new = !reaction.by.contains(by) && reaction.by.len() < MAX_REACTING;
            if is_new {
                reaction.by.push(by.clone());
            }
            is_new
        }
        (Some(reaction), Reacting::Withdraw) => {
            let before = reaction.by.len();
            reaction.by.retain(|account| account != by);
            let changed = reaction.by.len() < before;
            reactions.retain(|reaction| !reaction.by.is_empty());
            changed
        }
        (None, Reacting::Add) if count < MAX_EMOJIS => {
            reactions.push(Reaction { emoji, by: vec![by.clone()] });
            true
        }
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reactions_are_counted_once_and_bounded() {
        let (bob, carol) = (Handle::new("bob").unwrap(), Handle::new("carol").unwrap());
        let mut reactions = Vec::new();
        assert!(apply(&mut reactions, &bob, "+".into(), Reacting::Add));
        assert!(!apply(&mut reactions, &bob, "+".into(), Reacting::Add), "twice");
        assert!(apply(&mut reactions, &carol, "+".into(), Reacting::Add));
        assert_eq!(reactions[0].by, [bob.clone(), carol.clone()]);
        assert!(apply(&mut reactions, &bob, "+".into(), Reacting::Withdraw));
        assert!(!apply(&mut reactions, &bob, "+".into(), Reacting::Withdraw), "twice");
        assert!(apply(&mut reactions, &carol, "+".into(), Reacting::Withdraw));
        assert!(reactions.is_empty());
        for count in 0..2 * MAX_EMOJIS {
            apply(&mut reactions, &bob, count.to_string(), Reacting::Add);
        }
        assert_eq!(reactions.len(), MAX_EMOJIS);
    }
}

//! A relay of one room, the lobby. Of others it says that they are made or left, and has no log.

use std::collections::BTreeSet;

use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Seq};
use wire::message::{GroupInfo, Presence, Record, RecordKind, RoomKind, RoomSummary, SignedIn};

use super::super::*;
use super::NOW;
use wire::message::Refusal;

pub(super) struct Lobby {
    pub(super) id: RoomId,
    pub(super) epoch: Epoch,
    pub(super) group_info: GroupInfo,
    pub(super) members: BTreeSet<DeviceId>,
    pub(super) log: Vec<Record>,
}

/// A relay of one room.
#[derive(Default)]
pub(super) struct Relay {
    pub(super) lobby: Option<Lobby>,
    /// Answers to posts are swallowed: the connection breaks just then.
    pub(super) swallow_posted: bool,
    /// Rooms that somebody said to have left, each time.
    pub(super) left: Vec<RoomId>,
}

pub(super) type Delivery = (DeviceId, Tagged<ToClient>);

impl Relay {
    pub(super) fn greet(&self, client: &Client) -> Tagged<ToClient> {
        let identity = &client.profile.identity;
        let rooms = self.lobby.iter().map(|lobby| RoomSummary {
            room: lobby.id,
            kind: RoomKind::Lobby,
            epoch: lobby.epoch,
            head: lobby.head(),
            presence: match lobby.members.contains(&identity.device()) {
                true => Presence::Device,
                false => Presence::None,
            },
        });
        let message = ToClient::SignedIn(SignedIn {
            handle: identity.handle().clone(),
            device: identity.device(),
            one_use_left: 20,
            rooms: List::new(rooms.collect()).unwrap(),
        });
        Tagged { tag: 0, message }
    }

    pub(super) fn handle(&mut self, from: DeviceId, request: Tagged<ToRelay>) -> Vec<Delivery> {
        let answer = |message| vec![(from, Tagged { tag: request.tag, message })];
        match request.message {
            ToRelay::PublishKeyPackages { .. } => {
                answer(ToClient::KeyPackagesStored { one_use_left: 20 })
            }
            ToRelay::CreateRoom { kind, .. } if kind != RoomKind::Lobby => answer(ToClient::Done),
            ToRelay::LeaveRoom { room, .. } => {
                self.left.push(room);
                answer(ToClient::Done)
            }
            ToRelay::Fetch { room, .. } | ToRelay::FetchGroupInfo { room }
                if self.lobby.as_ref().is_none_or(|lobby| lobby.id != room) =>
            {
                answer(ToClient::Refused { refusal: Refusal::RoomUnknown })
            }
            ToRelay::CreateRoom { room, group_info, .. } => match self.lobby {
                Some(_) => answer(ToClient::Refused { refusal: Refusal::RoomExists }),
                None => {
                    let members = BTreeSet::from([from]);
                    let log = Vec::new();
                    self.lobby =
                        Some(Lobby { id: room, epoch: Epoch(0), group_info, members, log });
                    answer(ToClient::Done)
                }
            },
            ToRelay::FetchGroupInfo { room } => {
                let lobby = self.lobby.as_ref().unwrap();
                let (epoch, head) = (lobby.epoch, lobby.head());
                let group_info = lobby.group_info.clone();
                answer(ToClient::GroupInfo { room, epoch, head, group_info })
            }
            ToRelay::Fetch { room, after } => {
                let lobby = self.lobby.as_ref().unwrap();
                let records = lobby.log.iter().filter(|record| record.seq > after).take(3);
                let records = List::new(records.cloned().collect()).unwrap();
                let (oldest, head) = (Seq(1), lobby.head());
                answer(ToClient::Records { room, oldest, head, records })
            }
            ToRelay::Post { epoch, post, payload, .. } => {
                let payload = Bytes::new(payload.into_vec()).unwrap();
                self.append(from, request.tag, RecordKind::Application, epoch, post, payload)
            }
            ToRelay::Commit { epoch, post, commit, group_info, added, .. } => {
                let answers =
                    self.append(from, request.tag, RecordKind::Commit, epoch, post, commit);
                let lobby = self.lobby.as_mut().unwrap();
                if lobby.epoch > epoch && lobby.log.last().is_some_and(|last| last.post == post) {
                    lobby.group_info = group_info;
                    lobby.members.extend(added.iter().copied());
                }
                answers
            }
            ToRelay::Signal { room, payload } => {
                let lobby = self.lobby.as_ref().unwrap();
                let others = lobby.members.iter().filter(|member| **member != from);
                let message = |payload| ToClient::Signal { room, from, payload };
                others
                    .map(|to| (*to, Tagged { tag: 0, message: message(payload.clone()) }))
                    .collect()
            }
            other => panic!("not expected here: {other:?}"),
        }
    }

    pub(super) fn append(
        &mut self,
        from: DeviceId,
        tag: Tag,
        kind: RecordKind,
        epoch: Epoch,
        post: PostId,
        payload: wire::message::Payload,
    ) -> Vec<Delivery> {
        let lobby = self.lobby.as_mut().unwrap();
        let room = lobby.id;
        let posted = |seq, at| ToClient::Posted { room, post, seq, at };
        if let Some(known) = lobby.log.iter().find(|record| record.post == post) {
            return vec![(from, Tagged { tag, message: posted(known.seq, known.at) })];
        }
        if epoch != lobby.epoch {
            let refusal = Refusal::Conflict { epoch: lobby.epoch };
            return vec![(from, Tagged { tag, message: ToClient::Refused { refusal } })];
        }
        let (seq, at) = (lobby.head().next(), NOW.wall);
        let record = Record { seq, at, from, post, epoch, kind, payload };
        lobby.log.push(record.clone());
        if kind == RecordKind::Commit {
            lobby.epoch = epoch.next();
        }
        let others = lobby.members.iter().filter(|member| **member != from);
        let news = ToClient::Record { room, record };
        let mut deliveries: Vec<Delivery> =
            others.map(|to| (*to, Tagged { tag: 0, message: news.clone() })).collect();
        if !self.swallow_posted {
            deliveries.push((from, Tagged { tag, message: posted(seq, at) }));
        }
        deliveries
    }
}

impl Lobby {
    pub(super) fn head(&self) -> Seq {
        self.log.last().map_or(Seq(0), |record| record.seq)
    }
}

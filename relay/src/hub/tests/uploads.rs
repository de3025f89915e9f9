//! One device sends one file over and over, while the disk fills or fails, connections break, the
//! relay loses its power, and store and blobs each answer when they please. Now and then the device
//! asks again, or sends, without waiting for an answer. Whatever happens, what the store says of the
//! file is true of its blob: so much of it is durable, and it is what was sent last.

use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::{RngCore as _, SeedableRng as _};
use wire::chunk::Layout;

use super::files::{CHUNK, FILE, SIZE, open, opened};
use super::*;
use crate::blob::BlobReply;
use crate::store::StoreReply;

const CHUNKS: usize = 3;

enum Reply {
    Store(StoreReply),
    Blob(BlobReply),
}

/// A device, and a relay whose parts wait to be told to go on.
struct World {
    lab: Lab,
    dice: ChaCha20Rng,
    conn: ConnId,
    for_store: VecDeque<StoreRequest>,
    for_blobs: VecDeque<BlobRequest>,
    replies: VecDeque<Reply>,
    /// Where the next chunk begins, while the device thinks that the file is open.
    next: Option<u64>,
    /// `OpenUpload`s without an answer. An answer to any but the last says nothing.
    opening: usize,
    under_way: usize,
    /// Counts chunks that were sent too early since the last opening.
    early: usize,
    /// Counts openings: what each chunk is filled with.
    run: u8,
    /// The runs in which each chunk can have been sent last: one, unless it was sent too early.
    sent_in: [Vec<u8>; CHUNKS],
    /// Something was refused: the device begins anew.
    is_refused: bool,
    /// How often the file was whole.
    finished: usize,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            lab: Lab::with_room(Settings::default()),
            dice: ChaCha20Rng::seed_from_u64(seed),
            conn: ALICE,
            for_store: VecDeque::new(),
            for_blobs: VecDeque::new(),
            replies: VecDeque::new(),
            next: None,
            opening: 0,
            under_way: 0,
            early: 0,
            run: 0,
            sent_in: Default::default(),
            is_refused: false,
            finished: 0,
        }
    }

    fn roll(&mut self, below: u32) -> u32 {
        self.dice.next_u32() % below
    }

    fn step(&mut self) {
        match self.roll(100) {
            0 => self.crash(),
            1..3 => self.reconnect(),
            3 => {
                let full = self.roll(3) == 0;
                self.lab.blobs.set_full(full);
            }
            4 => {
                let full = self.roll(3) == 0;
                self.lab.store.set_full(full);
            }
            5 => self.say(ToRelay::DeleteFile { file: FILE }),
            35 => {
                let failing = self.roll(3) == 0;
                self.lab.blobs.set_failing(failing);
            }
            6..9 => self.open(),
            9..12 => self.put_early(),
            12..30 => self.put(),
            30..50 => self.store_works(),
            50..75 => self.blobs_work(),
            _ => self.deliver(),
        }
        if core::mem::take(&mut self.is_refused) {
            self.reconnect();
        }
        self.check();
    }

    fn say(&mut self, message: ToRelay) {
        self.lab.hub.handle_message(self.conn, Tagged { tag: 7, message }, self.lab.now);
        self.hear();
    }

    fn open(&mut self) {
        if self.opening < 4 {
            self.opening += 1;
            (self.next, self.early) = (None, 0);
            let from = u64::from(self.roll(3)) * CHUNK;
            self.say(open(FILE, SIZE, from));
        }
    }

    fn put(&mut self) {
        let Some(offset) = self.next.filter(|next| *next < SIZE && self.under_way < 30) else {
            return if self.next.is_none() && self.opening == 0 {
                self.open()
            };
        };
        let length = Layout::of_sealed(SIZE).unwrap().length(offset);
        self.sent_in[usize::try_from(offset / CHUNK).unwrap()].push(self.run);
        self.next = Some((offset + CHUNK).min(SIZE));
        self.under_way += 1;
        let (durable, chunk) = (self.roll(2) == 0, Bytes::new(vec![self.run; length]).unwrap());
        self.say(ToRelay::PutChunk { file: FILE, offset, durable, chunk });
    }

    /// Sends a chunk to a file whose opening is not answered, which no client does. Whether it is
    /// taken depends; so it is what was sent there last.
    fn put_early(&mut self) {
        if self.opening == 0 || self.under_way >= 30 {
            return;
        }
        let n = self.early % CHUNKS;
        self.early += 1;
        let offset = u64::try_from(n).unwrap() * CHUNK;
        let length = Layout::of_sealed(SIZE).unwrap().length(offset);
        self.under_way += 1;
        let run = self.sent_in[n].last().copied().unwrap_or(0);
        self.sent_in[n].push(run);
        let (durable, chunk) = (true, Bytes::new(vec![run; length]).unwrap());
        self.say(ToRelay::PutChunk { file: FILE, offset, durable, chunk });
    }

    fn store_works(&mut self) {
        if let Some(request) = self.for_store.pop_front() {
            let replies = self.lab.store.apply(vec![request]);
            self.replies.extend(replies.into_iter().map(Reply::Store));
        }
    }

    fn blobs_work(&mut self) {
        if let Some(request) = self.for_blobs.pop_front() {
            self.replies.push_back(Reply::Blob(self.lab.blobs.apply(request)));
        }
    }

    fn deliver(&mut self) {
        match self.replies.pop_front() {
            Some(Reply::Store(reply)) => self.lab.hub.handle_stored(reply, self.lab.now),
            Some(Reply::Blob(reply)) => self.lab.hub.handle_blob(reply, self.lab.now),
            None => {}
        }
        self.hear();
    }

    /// What the relay says and wants.
    fn hear(&mut self) {
        while let Some(output) = self.lab.hub.poll_output() {
            match output {
                Output::Store(request) => self.for_store.push_back(request),
                Output::Blob(request) => self.for_blobs.push_back(request),
                Output::Send { conn, bytes } => {
                    self.lab.hub.handle_drained(conn, self.lab.now);
                    if conn == self.conn {
                        self.answered(Tagged::from_bytes(&bytes).unwrap().message);
                    }
                }
                Output::Close { reason, .. } => assert_eq!(reason, CloseReason::Replaced),
                Output::RaiseLimit { .. } | Output::Admin { .. } => {}
            }
        }
    }

    fn answered(&mut self, answer: ToClient) {
        match answer {
            ToClient::UploadOpen { at, .. } => {
                self.opening -= 1;
                if self.opening == 0 {
                    self.run = self.run.wrapping_add(1);
                    self.next = Some(at);
                    // What was behind it is cut off.
                    if self.early == 0 {
                        let at = usize::try_from(at.div_ceil(CHUNK)).unwrap();
                        self.sent_in[at..].iter_mut().for_each(Vec::clear);
                    }
                }
            }
            ToClient::ChunkStored { .. } => self.under_way -= 1,
            // Of a chunk, of an opening or of a deletion.
            ToClient::Refused { .. } => self.is_refused = true,
            _ => {}
        }
    }

    fn reconnect(&mut self) {
        self.lab.hub.handle_disconnected(self.conn);
        self.conn = ConnId(self.conn.0 + 10);
        (self.next, self.opening, self.under_way) = (None, 0, 0);
        let address = IpAddr::from([10, 0, 0, 1]);
        self.lab.hub.handle_connected(self.conn, [1; 32], HASH, address, self.lab.now);
        // Whoever is not signed in could send nothing.
        self.lab.store.set_full(false);
        self.hear();
        while !self.for_store.is_empty() {
            self.store_works();
        }
        while self.replies.iter().any(|reply| matches!(reply, Reply::Store(_))) {
            self.deliver();
        }
    }

    fn crash(&mut self) {
        self.for_store.clear();
        self.for_blobs.clear();
        self.replies.clear();
        self.lab.crash();
        self.reconnect();
    }

    /// What the store says is true.
    fn check(&mut self) {
        for known in self.lab.store.files().unwrap() {
            let stored = usize::try_from(known.stored).unwrap();
            if stored == 0 {
                continue;
            }
            let (bytes, durable, is_whole) = self.lab.blobs.content(FILE).expect("a blob");
            assert!(durable >= stored, "{durable} of {known:?}");
            assert!(is_whole || !known.whole);
            for (n, part) in bytes[..stored].chunks(usize::try_from(CHUNK).unwrap()).enumerate() {
                let (run, last) = (part[0], part[part.len() - 1]);
                assert!(run == last && self.sent_in[n].contains(&run), "chunk {n} of {known:?}");
            }
            if known.whole {
                self.finished += 1;
                self.say(ToRelay::DeleteFile { file: FILE });
            }
        }
    }
}

#[test]
fn what_the_store_says_of_a_file_is_true_of_its_blob_whatever_happens() {
    let seeds = std::env::var("SEEDS").map_or(100, |seeds| seeds.parse().unwrap());
    let mut finished = 0;
    for seed in 0..seeds {
        println!("seed {seed}");
        let mut world = World::new(seed);
        for _ in 0..3_000 {
            world.step();
        }
        finished += world.finished;
        world.lab.blobs.set_full(false);
        world.lab.blobs.set_failing(false);
        world.lab.store.set_full(false);
        world.crash();
        world.reconnect();
        world.lab.ask(world.conn, ToRelay::DeleteFile { file: FILE });
        assert_eq!(world.lab.ask(world.conn, open(FILE, SIZE, 0)), opened(FILE, 0));
    }
    assert!(finished > 5 * usize::try_from(seeds).unwrap(), "{finished} files became whole");
}

//! A relay process and a client small enough to see through.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use opaque_ke::ksf::Identity;
use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, Identifiers, RegistrationResponse,
    Ristretto255, TripleDh,
};
use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::{RngCore as _, SeedableRng as _};
use sha2_010::Sha512;
use wire::Time;
use wire::certificate::DeviceCertificate;
use wire::codec::{Bytes, Field as _};
use wire::id::{DeviceId, Handle, UnixMs};
use wire::key::{PublicKey, StaticKey};
use wire::link::Link;
use wire::message::{Tagged, ToClient, ToRelay, opaque_context};
use wire::session::{Event, Session};

/// The suite of the tests' clients: no key stretching, since that is no part of what goes over the
/// wire.
pub(crate) struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Identity;
}

/// A `sotto-relay serve` of its own; killed when dropped.
pub(crate) struct RelayProcess {
    child: Child,
    pub(crate) address: String,
}

pub(crate) fn binary() -> Command {
    // A measurement wants the release build, whatever the tests are built as.
    let built = env!("CARGO_BIN_EXE_sotto-relay").to_owned();
    Command::new(std::env::var("SOTTO_RELAY").unwrap_or(built))
}

impl RelayProcess {
    pub(crate) fn start(data: &Path, flags: &[&str]) -> Self {
        let mut command = binary();
        command.args(["serve", "--listen", "127.0.0.1:0", "--handshake-burst", "100000"]);
        command.args(["--connections-per-address", "100000", "--handshakes-per-second", "100000"]);
        let command = command.args(flags).arg("--data").arg(data).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { child, address }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM; returns the exit code and how long it took.
    pub(crate) fn terminate(mut self) -> (Option<i32>, Duration) {
        let (start, id) = (Instant::now(), self.child.id().to_string());
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        (code, start.elapsed())
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for RelayProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a subcommand and returns its exit code and output.
pub(crate) fn command(data: &Path, args: &[&str]) -> (i32, String) {
    let output = binary().args(args).arg("--data").arg(data).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().unwrap(), text)
}

pub(crate) fn invite(data: &Path) -> Link {
    let (code, text) = command(data, &["invite"]);
    assert_eq!(code, 0, "{text}");
    text.trim().parse().unwrap()
}

pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    session: Session,
    handshake_hash: [u8; 32],
    relay_key: [u8; 32],
    noise_key: [u8; 32],
    tag: u32,
    rng: ChaCha20Rng,
    start: Instant,
}

struct Rng<'a>(&'a mut ChaCha20Rng);

impl rand_core::TryRng for Rng<'_> {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.0.next_u32())
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.0.next_u64())
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Rng<'_> {}

impl Client {
    /// Connects with the static key made of `seed`, and shakes hands.
    pub(crate) fn connect(address: &str, relay_key: [u8; 32], seed: u64) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut rng = ChaCha20Rng::seed_from_u64(rand_seed(seed));
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        let (key, relay) = (StaticKey::from_bytes(key), PublicKey::from_bytes(relay_key));
        let noise_key = *key.public().as_bytes();
        let session = Session::initiator(key, relay, Time::from_ms(0), &mut Rng(&mut rng)).unwrap();
        let handshake_hash = [0; 32];
        let start = Instant::now();
        let mut client =
            Self { stream, session, handshake_hash, relay_key, noise_key, tag: 0, rng, start };
        client.session.set_max_message_bytes(wire::limit::MAX_MESSAGE_BYTES);
        match client.event().unwrap() {
            Event::Established { handshake_hash, .. } => client.handshake_hash = handshake_hash,
            other => panic!("{other:?}"),
        }
        client.flush();
        client
    }

    fn flush(&mut self) {
        while let Some(output) = self.session.poll_output() {
            self.stream.write_all(&output).unwrap();
        }
    }

    /// The next event; `None` when the connection is closed.
    pub(crate) fn event(&mut self) -> Option<Event> {
        let mut buffer = vec![0; 256 * 1024];
        loop {
            if let Some(event) = self.session.poll_event() {
                return Some(event);
            }
            self.flush();
            let count = self.stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
            let now = Time::from_ms(self.start.elapsed().as_millis() as u64);
            self.session.handle_bytes(&mut buffer[..count], now).unwrap();
        }
    }

    /// Waits for the next message.
    pub(crate) fn receive(&mut self) -> Tagged<ToClient> {
        match self.event() {
            Some(Event::Message(bytes)) => Tagged::from_bytes(&bytes).unwrap(),
            other => panic!("expected a message: {other:?}"),
        }
    }

    pub(crate) fn send(&mut self, message: ToRelay) -> u32 {
        self.tag += 1;
        let now = Time::from_ms(self.start.elapsed().as_millis() as u64);
        self.session.send(&Tagged { tag: self.tag, message }.to_bytes(), now).unwrap();
        self.flush();
        self.tag
    }

    /// Sends a request and waits for its answer; what comes unasked meanwhile is dropped.
    pub(crate) fn ask(&mut self, message: ToRelay) -> ToClient {
        let tag = self.send(message);
        loop {
            let answer = self.receive();
            if answer.tag == tag {
                return answer.message;
            }
        }
    }

    /// The certificate of this connection's key. The relay does not check signatures.
    fn certificate(&self, name: &str) -> DeviceCertificate {
        DeviceCertificate {
            handle: Handle::new(name).unwrap(),
            account_key: [1; 32],
            noise_key: self.noise_key,
            mls_key: [2; 32],
            created: UnixMs(0),
            signature: [0; 64],
        }
    }

    /// The device that this connection is, once it has registered or enrolled as `name`.
    pub(crate) fn device(&self, name: &str) -> DeviceId {
        self.certificate(name).device()
    }

    pub(crate) fn register(&mut self, name: &str, password: &str, link: &Link) -> ToClient {
        let handle = Handle::new(name).unwrap();
        let started =
            ClientRegistration::<Suite>::start(&mut self.rng, password.as_bytes()).unwrap();
        let request = Bytes::new(started.message.serialize().to_vec()).unwrap();
        let invite = link.invite.clone();
        let response = match self.ask(ToRelay::RegisterStart { handle, invite, request }) {
            ToClient::RegisterResponse { response } => response,
            other => return other,
        };
        let response = RegistrationResponse::deserialize(&response).unwrap();
        let identifiers =
            Identifiers { client: Some(name.as_bytes()), server: Some(&self.relay_key) };
        let parameters = ClientRegistrationFinishParameters::new(identifiers, None);
        let finished =
            started.state.finish(&mut self.rng, password.as_bytes(), response, parameters).unwrap();
        self.ask(ToRelay::RegisterFinish {
            record: Bytes::new(finished.message.serialize().to_vec()).unwrap(),
            sealed_account: Bytes::new(vec![7; 80]).unwrap(),
            certificate: Bytes::new(self.certificate(name).to_bytes()).unwrap(),
        })
    }

    /// Logs in up to `LoginAccepted`. A wrong password shows as a failed `KE2` on this side, so a
    /// made-up `KE3` is sent then.
    pub(crate) fn login(&mut self, name: &str, password: &str) -> ToClient {
        let handle = Handle::new(name).unwrap();
        let started = ClientLogin::<Suite>::start(&mut self.rng, password.as_bytes()).unwrap();
        let request = Bytes::new(started.message.serialize().to_vec()).unwrap();
        let response = match self.ask(ToRelay::LoginStart { handle, request }) {
            ToClient::LoginResponse { response } => response,
            other => return other,
        };
        let response = CredentialResponse::deserialize(&response).unwrap();
        let context = opaque_context(&self.handshake_hash);
        let identifiers =
            Identifiers { client: Some(name.as_bytes()), server: Some(&self.relay_key) };
        let parameters = ClientLoginFinishParameters::new(Some(&context), identifiers, None);
        let finished =
            started.state.finish(&mut self.rng, password.as_bytes(), response, parameters);
        let finalization = match finished {
            Ok(finished) => finished.message.serialize().to_vec(),
            Err(_) => vec![1; 64],
        };
        self.ask(ToRelay::LoginFinish { finalization: Bytes::new(finalization).unwrap() })
    }

    pub(crate) fn enroll(&mut self, name: &str) -> ToClient {
        let certificate = Bytes::new(self.certificate(name).to_bytes()).unwrap();
        self.ask(ToRelay::EnrollDevice { certificate })
    }
}

/// Each connection needs randomness of its own.
fn rand_seed(seed: u64) -> u64 {
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    seed ^ nanos.as_nanos() as u64
}
